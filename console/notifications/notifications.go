// Package notifications is the page of what a person was told: the acts of the other party, what they are asked
// for and what is due. What one opens is read; how one hears of it by letter is chosen beside it.
//
// The page is a list that can be fetched again as it is: nothing on it depends on a script.
package notifications

import (
	"embed"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"entente/articles/audience"
	"entente/console/frame"
	"entente/inbox"
	"entente/register"
)

//go:embed pages/*.html
var files embed.FS

var pages = frame.Parse(files)

// A Desk serves the pages. All fields are needed to answer, none to list the routes.
type Desk struct {
	Shelf   inbox.Shelf
	Cabinet inbox.Cabinet
	Mail    bool // the node writes letters
}

// Routes are the pages and what is done on them.
func (d *Desk) Routes() []frame.Route {
	return []frame.Route{
		{Pattern: "GET /notifications", Serve: d.list},
		{Pattern: "GET /notifications/{item}", Serve: d.open},
		{Pattern: "POST /notifications/reading", Serve: d.readAll},
		{Pattern: "GET /notifications/preferences", Serve: d.choices},
		{Pattern: "POST /notifications/preferences", Serve: d.choose},
	}
}

// A notice is an item as its person sees it.
type notice struct {
	inbox.Item
	New   bool
	By    string // when it is due; empty where nothing is
	Home  string // the path of the agreement
	Entry int64  // of the ledger; 0 where it is about none
}

// Late reports whether it is about something that is late, and still to be done.
func (n notice) Late() bool { return n.Step >= inbox.Late && n.Settled.IsZero() && !n.Due.IsZero() }

func noticeOf(v *frame.Visit, i inbox.Item) notice {
	n := notice{Item: i, New: i.Read.IsZero() && i.Settled.IsZero(), Home: v.Home()}
	if !i.Due.IsZero() {
		n.By = inbox.When(i, v.Zone)
	}
	n.Entry, _ = i.Entry()
	return n
}

// A shown list is what the page shows.
type shown struct {
	Did    string
	Unread bool // only what is not read is listed
	Count  int  // of what is not read
	Items  []notice
	More   string // the id behind which there is more; empty if there is none
}

// most is how many items a page lists.
const most = 50

func (d *Desk) list(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
	query := r.URL.Query()
	b := shown{Unread: query.Has("unread"), Count: v.Unread}
	if query.Has("read") {
		b.Did = "Everything counts as read."
	}
	found, err := d.Shelf.Items(r.Context(), v.ID(), v.Caller.Actor.ID, inbox.Page{Unread: b.Unread, Before: query.Get("before"), Most: most + 1})
	if err != nil {
		return absent(err)
	}
	for i, one := range found {
		if i == most {
			b.More = found[i-1].ID
			break
		}
		b.Items = append(b.Items, noticeOf(v, one))
	}
	return pages.Show(w, http.StatusOK, "list", frame.Page{Title: "Notifications", Tab: "notifications", Follows: frame.Following(r, ""), In: v, Body: b})
}

// absent is an error as a page is not there: what is another's is as good as none.
func absent(err error) error {
	if errors.Is(err, inbox.ErrUnknown) {
		return register.ErrUnknown
	}
	return err
}

func (d *Desk) open(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
	one, err := d.Shelf.Item(r.Context(), v.ID(), v.Caller.Actor.ID, r.PathValue("item"))
	if err != nil {
		return absent(err)
	}
	if one.Read.IsZero() {
		if _, err := d.Shelf.ReadItems(r.Context(), v.ID(), v.Caller.Actor.ID, one.ID, v.Now); err != nil {
			return fmt.Errorf("noting that it is read: %w", err)
		}
		if one.Settled.IsZero() {
			v.Unread--
		}
	}
	n := noticeOf(v, one)
	n.New = false
	return pages.Show(w, http.StatusOK, "one", frame.Page{Title: "Notification", Tab: "notifications", In: v, Body: n})
}

func (d *Desk) readAll(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
	if _, err := frame.ReadForm(w, r); err != nil {
		return err
	}
	if _, err := d.Shelf.ReadItems(r.Context(), v.ID(), v.Caller.Actor.ID, "", v.Now); err != nil {
		return fmt.Errorf("noting what is read: %w", err)
	}
	http.Redirect(w, r, v.Home()+"/notifications?read", http.StatusSeeOther)
	return nil
}

// A choice is how one hears of a matter.
type choice struct {
	Field, Label, What string
	Ways               []way
}

type way struct {
	inbox.Way
	Chosen bool
}

// An hour is one of the day.
type hour struct {
	N      int
	Chosen bool
}

// A form of preferences.
type form struct {
	Did     string
	Say     *frame.Alert
	Mail    bool
	Choices []choice
	Hours   []hour
	Zone    *time.Location
	Fixed   []audience.Rule // what cannot be turned off
}

// Clock is an hour as clocks show it.
func (h hour) Clock() string { return fmt.Sprintf("%02d:00", h.N) }

func (d *Desk) choices(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
	p, err := d.Cabinet.Preferences(r.Context(), v.ID(), v.Caller.Actor.ID)
	if err != nil {
		return err
	}
	did := ""
	if r.URL.Query().Has("kept") {
		did = "Your choice is kept."
	}
	return d.preferences(w, v, http.StatusOK, form{Did: did}, p)
}

func (d *Desk) preferences(w http.ResponseWriter, v *frame.Visit, status int, f form, p inbox.Preferences) error {
	f.Mail, f.Zone = d.Mail, v.Zone
	for _, c := range []struct {
		field  string
		matter audience.Matter
		what   string
		chosen inbox.Way
	}{
		{"asks", audience.Ask, "a version to be answered or signed, a requirement to be confirmed", p.Asks},
		{"dues", audience.Due, "14, 7 and 1 days before, on the last day, and when it is late", p.Dues},
		{"news", audience.News, "all else that is of your role", p.News},
	} {
		one := choice{Field: c.field, Label: c.matter.Label(), What: c.what}
		for _, w := range inbox.Ways {
			one.Ways = append(one.Ways, way{w, w == c.chosen})
		}
		f.Choices = append(f.Choices, one)
	}
	for n := range 24 {
		f.Hours = append(f.Hours, hour{n, n == p.Hour})
	}
	for _, r := range audience.Rules {
		if r.Under != "" && !slices.ContainsFunc(f.Fixed, func(have audience.Rule) bool { return have.Under == r.Under }) {
			f.Fixed = append(f.Fixed, r)
		}
	}
	return pages.Show(w, status, "preferences", frame.Page{Title: "How you are told", Tab: "notifications", In: v, Body: f})
}

func (d *Desk) choose(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
	f, err := frame.ReadForm(w, r)
	if err != nil {
		return err
	}
	p := inbox.Preferences{Asks: inbox.Way(f.Get("asks")), Dues: inbox.Way(f.Get("dues")), News: inbox.Way(f.Get("news"))}
	p.Hour, err = strconv.Atoi(f.Get("hour"))
	if err == nil {
		err = p.Check()
	}
	if err != nil {
		kept, err := d.Cabinet.Preferences(r.Context(), v.ID(), v.Caller.Actor.ID)
		if err != nil {
			return err
		}
		return d.preferences(w, v, http.StatusUnprocessableEntity, form{Say: &frame.Alert{Title: "Nothing was changed", Why: "choose one of the ways for each, and an hour."}}, kept)
	}
	if err := d.Cabinet.KeepPreferences(r.Context(), v.ID(), v.Caller.Actor.ID, p); err != nil {
		return err
	}
	http.Redirect(w, r, v.Home()+"/notifications/preferences?kept", http.StatusSeeOther)
	return nil
}
