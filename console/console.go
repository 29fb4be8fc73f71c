// Package console is the door for people with a browser. Its first page is the living contract: the
// wording that binds, as it was signed, and beside each clause how it is kept and how it stands.
//
// Every page is made on the server. There is no request to anyone else, and no script but those that
// ask the browser for a passkey, renew the text beside a draft, and show a page as it is when others have
// acted; what people wrote is shown as text and never becomes markup. A person sees the agreement that they have
// entered and, if they have shown that an address is theirs, every other that names it; in each they can do what
// clause 7.1 gives them there. Every refusal names its clause.
package console

import (
	"context"
	"embed"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"entente/access"
	"entente/access/account"
	"entente/access/pace"
	"entente/access/service"
	"entente/access/sso"
	"entente/agreement"
	"entente/articles/margins"
	"entente/console/amending"
	"entente/console/calls"
	"entente/console/contract"
	"entente/console/corner"
	"entente/console/drafting"
	"entente/console/ending"
	"entente/console/erasure"
	"entente/console/feeds"
	"entente/console/frame"
	"entente/console/hooks"
	"entente/console/keys"
	"entente/console/live"
	"entente/console/me"
	"entente/console/negotiation"
	"entente/console/notifications"
	"entente/console/overview"
	"entente/console/programs"
	"entente/console/record"
	"entente/console/sign"
	"entente/console/squeeze"
	"entente/console/timeline"
	"entente/events"
	"entente/handout"
	"entente/inbox"
	"entente/ledger"
	"entente/notary"
	"entente/portfolio"
	"entente/register"
	"entente/submission"
	"entente/webhooks"
)

//go:embed pages/*.html
var files embed.FS

var pages = frame.Parse(files)

// A Console serves the pages. All fields are needed, except Pace.
type Console struct {
	Register *register.Register
	Notary   *notary.Notary
	Door     *access.Door
	Accounts *account.Book
	SignIn   *sso.Desk     // by companies' own providers
	Services *service.Desk // of programs that come in by themselves
	// Live gives what the node measured for the margins of an agreement.
	Live func(context.Context, agreement.ID) (margins.Live, error)
	// Source gives the stored ledger of an agreement.
	Source func(context.Context, agreement.ID) ledger.Source
	// Drawer keeps what people are still writing.
	Drawer *access.Drawer
	// Shelf keeps what people are told, and Cabinet how they want to hear of it.
	Shelf   inbox.Shelf
	Cabinet inbox.Cabinet
	// Handout makes what people take to programs of their own.
	Handout *handout.Desk
	// Courier carries events to the webhooks of the parties.
	Courier *webhooks.Courier
	// Answers keeps what was answered to forms that leave no entry in a ledger.
	Answers frame.Answers
	// Notebook keeps what each party writes about clauses for itself.
	Notebook *access.Notebook
	// Clerk takes the versions and agreements that they propose.
	Clerk *submission.Clerk
	// Seen is what the node has seen of calls.
	Seen corner.Seen
	// Upstreams keeps where components are served.
	Upstreams corner.Upstreams
	// Calls finds single calls, says why they were decided so, and proves them.
	Calls calls.Book
	// Streams tell open pages what happens.
	Streams *events.Streams
	// Pace holds each session, and before there is one each network, to a rate.
	Pace pace.Pacer
	// Gateway is where callers reach the gateway: "https://ai.company.example".
	Gateway string
	Now     func() time.Time
	Log     *slog.Logger
}

// A route is a page or an act. Exactly one of its functions is there: outside is for anyone, inside for
// a person of the agreement that the path names, own for whoever has entered, begins for who may begin an
// agreement.
type route struct {
	pattern string
	outside func(http.ResponseWriter, *http.Request) error
	inside  frame.Serve
	own     frame.Serve
	begins  func(http.ResponseWriter, *http.Request, *drafting.Author) error
}

func (c *Console) routes() []route {
	all := []route{
		{pattern: "GET /{$}", outside: c.start},
		{pattern: "GET /enter/{link}", outside: c.threshold},
		{pattern: "POST /enter", outside: c.enter},
		{pattern: "POST /leave", outside: c.leave},
		{pattern: "POST /passkeys/entry", outside: c.enterByPasskey},
		{pattern: "POST /codes", outside: c.sendCode},
		{pattern: "POST /codes/entry", outside: c.enterByCode},
		{pattern: "GET /sso/{agreement}/{party}", outside: c.leadAway},
		{pattern: "GET /sso/{agreement}/{party}/back", outside: c.comeBack},
		{pattern: "GET /static/{file}", outside: frame.Static},
	}
	folio := &portfolio.Desk{Register: c.Register, Accounts: c.Accounts, Live: c.Live, Now: c.Now, Log: c.Log}
	for _, own := range [][]frame.Route{(&me.Desk{Book: c.Accounts}).Routes(), (&overview.Desk{Portfolio: folio}).Routes(), {{Pattern: "POST /seats", Serve: c.take}}} {
		for _, r := range own {
			all = append(all, route{pattern: r.Pattern, own: r.Serve})
		}
	}
	for _, b := range c.drafts().Beginnings() {
		all = append(all, route{pattern: b.Pattern, begins: b.Serve})
	}
	for _, family := range c.families() {
		for _, r := range family {
			method, path, _ := strings.Cut(r.Pattern, " ")
			all = append(all, route{pattern: method + " /agreements/{id}" + path, inside: r.Serve})
		}
	}
	return all
}

// families are the pages of an agreement, and what is done on them.
func (c *Console) families() [][]frame.Route {
	archive := &record.Archive{Notary: c.Notary, Source: func(ctx context.Context, id agreement.ID) ledger.Source { return c.Source(ctx, id) }}
	ring := &keys.Desk{Register: c.Register, Notary: c.Notary}
	if c.Services != nil {
		ring.Issuers = c.Services.Keys
	}
	beside, ends := &amending.Desk{Notary: c.Notary}, &ending.Desk{Notary: c.Notary}
	once := &frame.Once{Notary: c.Notary, Answers: c.Answers}
	origin := ""
	if c.Accounts != nil {
		origin = c.Accounts.Site.Origin
	}
	measured := func(ctx context.Context, id agreement.ID) (margins.Live, error) { return c.Live(ctx, id) }
	latest := func(ctx context.Context, id agreement.ID, component string) (string, error) {
		return c.Seen.Latest(ctx, id, component)
	}
	return [][]frame.Route{
		(&contract.Desk{Notary: c.Notary, Keys: ring, Beside: beside, Ending: ends, Archive: archive, Notes: c.Notebook, Log: c.Log, Live: measured}).Routes(),
		(&corner.Desk{Keys: ring, Archive: archive, Seen: c.Seen, Upstreams: c.Upstreams, Once: once, Live: measured, Gateway: c.Gateway, Log: c.Log}).Routes(),
		beside.Routes(),
		ends.Routes(),
		(&negotiation.Desk{Notary: c.Notary}).Routes(),
		c.drafts().Routes(),
		(&timeline.Desk{Archive: archive}).Routes(),
		archive.Routes(),
		(&calls.Desk{Book: c.Calls, Source: archive.Source}).Routes(),
		(&live.Desk{Register: c.Register, Streams: c.Streams, Still: c.still, Latest: latest, Log: c.Log}).Routes(),
		(&me.Desk{Book: c.Accounts, SignIn: c.SignIn}).Colleagues(),
		(&programs.Desk{Services: c.Services, Once: once}).Routes(),
		(&feeds.Desk{Handout: c.Handout, Once: once, Origin: origin}).Routes(),
		(&erasure.Desk{Notary: c.Notary}).Routes(),
		(&hooks.Desk{Courier: c.Courier, Once: once}).Routes(),
		(&sign.Desk{Book: c.Accounts, Notary: c.Notary}).Routes(),
		(&notifications.Desk{Shelf: c.Shelf, Cabinet: c.Cabinet, Mail: c.Accounts != nil && c.Accounts.HasMail()}).Routes(),
	}
}

// drafts is where people write.
func (c *Console) drafts() *drafting.Desk {
	return &drafting.Desk{Clerk: c.Clerk, Drawer: c.Drawer, Enter: c.enterOpened}
}

// Routes lists what the console serves, as "METHOD /path" with names in braces, for checkers.
func (c *Console) Routes() []string {
	var all []string
	for _, r := range c.routes() {
		all = append(all, r.pattern)
	}
	return all
}

// Handler serves the console. It refuses every unsafe request that another site made a browser send.
func (c *Console) Handler() http.Handler {
	mux := http.NewServeMux()
	for _, r := range c.routes() {
		mux.Handle(r.pattern, c.answer(r))
	}
	mux.Handle("/", c.answer(route{outside: func(http.ResponseWriter, *http.Request) error { return frame.ErrAbsent }}))
	own := http.NewCrossOriginProtection()
	own.SetDenyHandler(c.answer(route{outside: func(http.ResponseWriter, *http.Request) error { return frame.ErrForeign }}))
	return c.guarded(squeeze.Pages(own.Handler(mux)))
}

// answer turns what a page returns into a response.
func (c *Console) answer(r route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		var v *frame.Visit
		var err error
		switch {
		case r.outside != nil:
			if err = c.outside(req); err == nil {
				err = r.outside(w, req)
			}
		case r.begins != nil:
			var a *drafting.Author
			if a, err = c.author(req); err == nil {
				v = a.In
				err = r.begins(w, req, a)
			}
		case r.own != nil:
			if v, err = c.visitor(req); err == nil {
				err = r.own(w, req, v)
			}
		default:
			if v, err = c.admit(req); err == nil {
				err = r.inside(w, req, v)
			}
		}
		if err != nil {
			c.fail(w, req, v, err)
		}
	})
}

// fail is the one place where errors become pages. What went wrong inside is logged and not shown.
func (c *Console) fail(w http.ResponseWriter, r *http.Request, v *frame.Visit, err error) {
	status, t := frame.Explain(r, err)
	if often := frame.TooOften(0); errors.As(err, &often) {
		w.Header().Set("Retry-After", often.Seconds())
	}
	if left := r.Context().Err() != nil; status == http.StatusInternalServerError && !left {
		c.Log.Error("a page failed", "method", r.Method, "pattern", r.Pattern, "error", err)
	}
	if err := pages.Show(w, status, "trouble", frame.Page{Title: t.Title, In: v, Body: t}); err != nil {
		c.Log.Error("the error page failed", "error", err)
		w.WriteHeader(http.StatusInternalServerError)
	}
}

// policy lets a page load its own style sheet and script and send its own forms, and nothing else.
const policy = "default-src 'none'; script-src 'self'; connect-src 'self'; require-trusted-types-for 'script'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// guarded sets the headers of every answer, and turns a panic into a page that says nothing of it.
func (c *Console) guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			switch p := recover(); {
			case p == http.ErrAbortHandler:
				panic(p)
			case p != nil:
				c.Log.Error("a page panicked", "method", r.Method, "pattern", r.Pattern, "panic", p)
				c.fail(w, r, nil, frame.ErrBroken)
			}
		}()
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("Referrer-Policy", "same-origin") // no-referrer would make browsers send Origin: null with our own forms
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		if frame.Secure(r) {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}
