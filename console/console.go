// Package console is the door for people with a browser. Its first page is the living contract: the
// wording that binds, as it was signed, and beside each clause how it is kept and how it stands.
//
// Every page is made on the server. There is no script and no request to anyone else; what people
// wrote is shown as text and never becomes markup. A person sees one agreement, the one that their
// link was made for, and can do what clause 7.1 gives them; every refusal names its clause.
package console

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/articles/margins"
	"entente/console/squeeze"
	"entente/console/wording"
	"entente/ledger"
	"entente/notary"
	"entente/register"
)

// A Console serves the pages. All fields are needed.
type Console struct {
	Register *register.Register
	Notary   *notary.Notary
	Door     *access.Door
	// Live gives what the node measured for the margins of an agreement.
	Live func(context.Context, agreement.ID) (margins.Live, error)
	// Source gives the stored ledger of an agreement.
	Source func(context.Context, agreement.ID) ledger.Source
	Now    func() time.Time
	Log    *slog.Logger

	wordings wording.Shelf
}

// A route is a page or an act. Exactly one of its functions is there: outside is for anyone,
// inside for a person of the agreement that the path names.
type route struct {
	pattern string
	outside func(http.ResponseWriter, *http.Request) error
	inside  func(http.ResponseWriter, *http.Request, *visit) error
}

func (c *Console) routes() []route {
	const id = "/agreements/{id}"
	return []route{
		{pattern: "GET /{$}", outside: c.start},
		{pattern: "GET /enter/{link}", outside: c.threshold},
		{pattern: "POST /enter", outside: c.enter},
		{pattern: "POST /leave", outside: c.leave},
		{pattern: "GET /static/{file}", outside: c.static},
		{pattern: "GET " + id, inside: c.contractPage},
		{pattern: "GET " + id + "/versions/{version}", inside: c.versionPage},
		{pattern: "GET " + id + "/clauses/{clause}", inside: c.clausePage},
		{pattern: "GET " + id + "/ledger", inside: c.ledgerPage},
		{pattern: "GET " + id + "/ledger/{entry}", inside: c.entryPage},
		{pattern: "GET " + id + "/ledger/{entry}/leaf", inside: c.leaf},
		{pattern: "GET " + id + "/ledger/{entry}/proof", inside: c.proof},
		{pattern: "GET " + id + "/bundle", inside: c.bundle},
		{pattern: "POST " + id + "/signatures", inside: c.act(agreement.SignatureBlock, c.sign)},
		{pattern: "POST " + id + "/milestones/completion", inside: c.act("2.2", c.complete)},
		{pattern: "POST " + id + "/milestones/reopening", inside: c.act("2.2", c.reopen)},
		{pattern: "POST " + id + "/certificates", inside: c.act("8.2", c.certify)},
		{pattern: "POST " + id + "/keys", inside: c.act("2.1", c.issueKey)},
		{pattern: "POST " + id + "/keys/revocation", inside: c.act("2.1", c.revokeKey)},
	}
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
	mux.Handle("/", c.answer(route{outside: func(http.ResponseWriter, *http.Request) error { return errAbsent }}))
	own := http.NewCrossOriginProtection()
	own.SetDenyHandler(c.answer(route{outside: func(http.ResponseWriter, *http.Request) error { return errForeign }}))
	return c.guarded(squeeze.Pages(own.Handler(mux)))
}

// answer turns what a page returns into a response.
func (c *Console) answer(r route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		var v *visit
		var err error
		if r.outside != nil {
			err = r.outside(w, req)
		} else if v, err = c.admit(req); err == nil {
			err = r.inside(w, req, v)
		}
		if err != nil {
			c.fail(w, req, v, err)
		}
	})
}

// policy lets a page load its own style sheet and send its own forms, and nothing else.
const policy = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// guarded sets the headers of every answer, and turns a panic into a page that says nothing of it.
func (c *Console) guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			switch p := recover(); {
			case p == http.ErrAbortHandler:
				panic(p)
			case p != nil:
				c.Log.Error("a page panicked", "method", r.Method, "pattern", r.Pattern, "panic", p)
				c.fail(w, r, nil, errBroken)
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
		if secure(r) {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}

// secure reports whether the browser came by TLS, to this node or to the proxy before it.
func secure(r *http.Request) bool {
	return r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https"
}
