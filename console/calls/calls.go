// Package calls is a page for every call under an agreement: how it was decided, clause by clause, what limits
// held for it, what came of it, and what proves it. Both parties see it.
package calls

import (
	"cmp"
	"context"
	"embed"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"entente/agreement"
	"entente/console/frame"
	"entente/ledger"
	"entente/meter"
	"entente/receipt"
	"entente/replay"
)

//go:embed pages/*.html
var files embed.FS

var pages = frame.Parse(files)

// A Book finds the calls of the node and proves them.
type Book interface {
	// Explain is why a call was decided as it was; see replay.Reader.
	Explain(ctx context.Context, id agreement.ID, call string) (replay.Explanation, error)
	// Receipt proves a metered call. The error wraps receipt.ErrUnsealed while no statement covers it.
	Receipt(ctx context.Context, id agreement.ID, call meter.ID) (receipt.Receipt, error)
}

// A Desk serves the pages. Both fields are needed to answer, none to list the routes.
type Desk struct {
	Book   Book
	Source func(context.Context, agreement.ID) ledger.Source
}

// Routes are the page of a call, and what proves it.
func (d *Desk) Routes() []frame.Route {
	return []frame.Route{
		{Pattern: "GET /calls/{call}", Serve: d.page},
		{Pattern: "GET /calls/{call}/receipt", Serve: d.receipt},
	}
}

// A body is what the page shows.
type body struct {
	ID       string
	At       time.Time
	Asked    []fact // what was asked for
	Decision replay.Decision
	Came     []fact // what came of it
	Used     []fact // and what it used
	Held     []fact // what limits held for it
	Proof    string // how it is proved; empty of a refused call
	Entry    int64  // the statement that covers it; 0 if none does yet
}

// Permitted reports whether the agreement permitted the call, whatever came of it.
func (b body) Permitted() bool { return b.Decision.OK }

// A fact is a name and what stands for it.
type fact struct{ Name, Says string }

// facts are those that say something, of names and what stands for them in turn.
func facts(pairs ...string) []fact {
	var all []fact
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			all = append(all, fact{pairs[i], pairs[i+1]})
		}
	}
	return all
}

func (d *Desk) page(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
	e, err := d.Book.Explain(r.Context(), v.ID(), r.PathValue("call"))
	if err != nil {
		return err
	}
	b := body{ID: r.PathValue("call"), Decision: e.Decision}
	for i, one := range b.Decision.Steps {
		b.Decision.Steps[i].Says, b.Decision.Steps[i].Call = shown(one.Says, v.Zone), shown(one.Call, v.Zone)
	}
	if e.Refused != nil {
		b.refused(v, *e.Refused)
	} else {
		b.metered(v, *e.Record)
		if err := d.proved(r.Context(), v, &b, e); err != nil {
			return err
		}
	}
	return pages.Show(w, http.StatusOK, "call", frame.Page{Title: "A call of " + v.Number(), Tab: "components", In: v, Body: b})
}

func (b *body) refused(v *frame.Visit, no meter.Refused) {
	b.At = no.At
	b.Asked = facts("Component", no.Component, "Environment", no.Environment, "Operation", no.Operation, "Model", no.Model, "Tool, resource or prompt", no.Item,
		"Key", v.KeyName(no.Key), "Purpose", no.Purpose, "Data", no.DataClass, "Customer", no.Customer, "The caller’s own id", no.ClientRequestID)
	b.Came = facts("Answer", "refused with "+strconv.Itoa(no.Status)+", "+no.Code, "Limit", no.Limit)
}

func (b *body) metered(v *frame.Visit, r meter.Record) {
	b.At = r.Opened
	b.Asked = facts("Component", r.Component, "Environment", r.Environment, "Operation", r.Operation, "Model", r.Model, "Tool, resource or prompt", r.Item,
		"Key", v.KeyName(r.Key), "Purpose", r.Purpose, "Data", r.DataClass, "Customer", r.Customer, "The caller’s own id", r.ClientRequestID)
	b.Held = facts("Input tokens", above(r.Held.Input), "Output tokens", above(r.Held.Output), "Bytes", above(r.Held.Bytes))
	if !r.State.Final() {
		b.Came = facts("Answer", "still under way")
		return
	}
	b.Came = facts("Answer", strings.ReplaceAll(string(cmp.Or(r.Outcome, meter.Outcome(r.State))), "_", " "), "Status", above(int64(r.Status)), "First byte", milliseconds(r.FirstByte),
		"In all", milliseconds(r.Closed.Sub(r.Opened)), "Answered by", r.AnsweredModel, "Service tier", r.Served.Tier, "Region", r.Served.Region, "Not as agreed", strings.ReplaceAll(strings.Join(r.Deviations.Names(), ", "), "_", " "))
	b.Used = facts("Input tokens", above(r.Tokens.Input()), "Output tokens", above(r.Tokens.Output), "Tokens in all", above(r.Tokens.Total()), "Calls of tools", above(r.ToolCalls),
		"Request", bytes(r.BytesIn), "Answer", bytes(r.BytesOut), "How tokens are known", bases[string(r.Basis())])
}

// bases say how it is known what a call used.
var bases = map[string]string{"stated": "the service stated them", "delivered": "estimated from what was delivered, a token for each four bytes of text",
	"bound": "the most that they can have been", "unknown": "nobody can say"}

// instant is a time in what a policy says, for any program.
var instant = regexp.MustCompile(`\d{4}-\d\d-\d\dT[\d:.]+Z`)

// shown is what a policy says with its times as the page shows them.
func shown(says string, zone *time.Location) string {
	return instant.ReplaceAllStringFunc(says, func(s string) string {
		at, err := time.Parse(time.RFC3339Nano, s)
		if err != nil {
			return s
		}
		return at.In(zone).Format(frame.Instant)
	})
}

// proved says how a metered call is proved.
func (d *Desk) proved(ctx context.Context, v *frame.Visit, b *body, e replay.Explanation) error {
	if !e.Record.State.Final() {
		b.Proof = "It is proved once it has ended and its hour is stated."
		return nil
	}
	if e.Window.From.IsZero() {
		b.Proof = "It is metered, and waits for the statement of its hour."
		return nil
	}
	var err error
	b.Proof = "The statement of its hour covers it, and is in the ledger."
	b.Entry, err = receipt.Find(e.Window, d.Source(ctx, v.ID()))
	return err
}

// receipt gives the proof of a call to be kept; entente verify checks it.
func (d *Desk) receipt(w http.ResponseWriter, r *http.Request, v *frame.Visit) error {
	id, err := meter.ParseID(r.PathValue("call"))
	if err != nil {
		return frame.ErrAbsent
	}
	if _, err := d.Book.Explain(r.Context(), v.ID(), id.String()); err != nil { // it is a call of this agreement
		return err
	}
	proof, err := d.Book.Receipt(r.Context(), v.ID(), id)
	if errors.Is(err, receipt.ErrUnsealed) {
		return frame.ErrAbsent
	}
	if err != nil {
		return err
	}
	text, err := proof.Bytes()
	if err != nil {
		return err
	}
	return frame.Download(w, "application/json", id.String()+".receipt.json", text)
}

// above is a number above zero; nothing otherwise.
func above(n int64) string {
	if n <= 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

func bytes(n int64) string {
	if n <= 0 {
		return ""
	}
	return frame.Counted(int(n), "byte", "bytes")
}

func milliseconds(d time.Duration) string {
	if d <= 0 {
		return ""
	}
	return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000)
}
