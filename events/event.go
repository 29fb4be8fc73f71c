// Package events is what happens under the agreements of a node, as a stream that other systems follow.
//
// Every event is an entry of a ledger, in the envelope of CloudEvents 1.0: nothing is said that is not on
// record, each event names its clause, and its id, which is made of the agreement and the entry's position, is the
// same for whoever reads it and however often. So nothing is doubled that cannot be told from the first.
package events

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"entente/agreement"
	"entente/articles/telling"
	"entente/ledger"
	"entente/register"
)

// MediaType is the media type of one event (CloudEvents 1.0, JSON event format).
const MediaType = "application/cloudevents+json"

// An Event is an entry of a ledger in the envelope of CloudEvents 1.0.
type Event struct {
	SpecVersion string    `json:"specversion" enum:"1.0" doc:"The version of CloudEvents."`
	ID          string    `json:"id" doc:"The agreement's id and the entry's position: agr_…-17."`
	Source      string    `json:"source" doc:"urn:entente: and the agreement's id."`
	Type        string    `json:"type" doc:"entente. and the type of the entry: entente.term.breach_notified.v1."`
	Subject     string    `json:"subject,omitempty" doc:"The clause under which it happened; absent for what concerns the ledger itself."`
	Time        time.Time `json:"time" doc:"When the entry was written."`
	ContentType string    `json:"datacontenttype" enum:"application/json" doc:"Of data."`
	Data        Data      `json:"data"`
}

// Data is what an event says.
type Data struct {
	Agreement   string          `json:"agreement"`
	Position    int64           `json:"position" doc:"Of the entry in the ledger."`
	Clause      string          `json:"clause,omitempty"`
	ClauseTitle string          `json:"clause_title,omitempty" doc:"What the clause is called."`
	Says        string          `json:"says" doc:"What happened, in a sentence."`
	Party       string          `json:"party" enum:"a,b,host"`
	Actor       string          `json:"actor" doc:"Who acted, by pseudonym."`
	Body        json.RawMessage `json:"body" doc:"What happened; its members depend on the type."`
}

// A Place is a position in the stream of an agreement: that of the entry that was seen last, or -1.
type Place int64

// Beginning is the place before the first event.
const Beginning Place = -1

// ErrPlace means that a text names no place in the stream of the agreement.
var ErrPlace = errors.New("this is no event of the agreement; give the id of the event that you have seen last")

// IDOf is the id of the event at a position.
func IDOf(id agreement.ID, position int64) string {
	return string(id) + "-" + strconv.FormatInt(position, 10)
}

var positionForm = regexp.MustCompile(`^(0|[1-9][0-9]{0,14})$`)

// ParsePlace reads the id of the event that a reader of an agreement's stream has seen last; the empty
// text is the beginning. The error is ErrPlace.
func ParsePlace(id agreement.ID, text string) (Place, error) {
	if text == "" {
		return Beginning, nil
	}
	number, ok := strings.CutPrefix(text, string(id)+"-")
	if !ok || !positionForm.MatchString(number) {
		return 0, ErrPlace
	}
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return 0, ErrPlace
	}
	return Place(n), nil
}

// TypeOf is the type of an event by that of its entry: "term.breach_notified/1" is
// "entente.term.breach_notified.v1".
func TypeOf(entry string) string { return "entente." + strings.Replace(entry, "/", ".v", 1) }

// A Reader reads streams. Both fields are needed.
type Reader struct {
	Register *register.Register
	Source   func(ctx context.Context, id agreement.ID) ledger.Source
}

// atOnce is how many entries are looked at before what was found is handed on.
const atOnce = 500

// After are the events of an agreement behind a place that a filter wants, oldest first and at most so many, and
// the place up to which was looked. The stream of an agreement whose ledger is damaged ends before the damage.
func (r Reader) After(ctx context.Context, id agreement.ID, at Place, most int, wanted Filter) ([]Event, Place, error) {
	v, err := r.Register.View(id)
	if err != nil {
		return nil, at, err
	}
	if int64(at) >= v.Size-1 {
		return nil, min(at, Place(v.Size-1)), nil
	}
	start, ahead := int64(at)+1, int64(atOnce)
	if len(wanted) == 0 {
		ahead = min(ahead, int64(most)) // all that is read is handed on
	}
	leaves, err := r.Source(ctx, id).Leaves(start, min(start+ahead, v.Size))
	if err != nil {
		return nil, at, fmt.Errorf("reading the events of %s: %w", id, err)
	}
	teller := telling.Teller{Text: v.State.Text(), Waivers: v.State.General.Waivers, Zone: v.State.Text().Frame().Zone()}
	var found []Event
	for i, leaf := range leaves {
		if len(found) == most {
			break
		}
		e, _, err := ledger.Reread(leaf)
		if err != nil {
			return nil, at, fmt.Errorf("reading entry %d: %w", start+int64(i), err)
		}
		at = Place(start + int64(i))
		if wanted.Takes(TypeOf(e.Type)) {
			found = append(found, eventOf(teller, int64(at), e))
		}
	}
	return found, at, nil
}

func eventOf(teller telling.Teller, position int64, e ledger.Entry) Event {
	clause := agreement.Clause(e.Clause)
	return Event{SpecVersion: "1.0", ID: IDOf(agreement.ID(e.Agreement), position), Source: "urn:entente:" + e.Agreement, Type: TypeOf(e.Type), Subject: e.Clause, Time: e.Time, ContentType: "application/json",
		Data: Data{e.Agreement, position, e.Clause, clause.Title(), teller.Says(e), string(e.Party), e.Actor, e.Body}}
}

// EntryType is the type of the event's entry: TypeOf makes the event's of it.
func (e Event) EntryType() string {
	kind := strings.TrimPrefix(e.Type, "entente.")
	if i := strings.LastIndex(kind, ".v"); i >= 0 {
		kind = kind[:i] + "/" + kind[i+2:]
	}
	return kind
}
