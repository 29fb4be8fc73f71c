package rest

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"path"
	"runtime/debug"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"entente/access"
	"entente/agreement"
	"entente/ledger/seal"
	"entente/notary"
	"entente/register"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// A Visit is one request, once it is known who asks: what every handler gets as a parameter.
type Visit struct {
	access.Caller
	ID     agreement.ID   // the agreement that the request is about: the path's, else the caller's
	View   *register.View // of that agreement, as it stood when the visitor came in; nil if there is none
	Key    string         // the Idempotency-Key; may be empty
	From   netip.Addr     // from where the request comes
	Agent  string         // what the visitor's program calls itself
	digest seal.Digest    // of who asks for what, to tell a retry from another request
	again  func(context.Context) error
}

// Still says why the visitor may not do now what they came for; nil while they may. It is for answers that
// go on for long.
func (v Visit) Still(ctx context.Context) error { return v.again(ctx) }

// Order is an act that the visitor asks for.
func (v Visit) Order() notary.Order {
	return notary.Order{Agreement: v.ID, Actor: v.Actor, Key: v.Key, Request: v.digest}
}

// Here refuses an agreement that is not the visitor's own; saying none means the visitor's own.
func (v Visit) Here(id string) error {
	if id != "" && agreement.ID(id) != v.ID {
		return register.ErrUnknown
	}
	return nil
}

type visitKey struct{}

// requestID is the id that the answer to a request bears.
func requestID(ctx huma.Context) string {
	_, w := humago.Unwrap(ctx)
	return w.Header().Get("Entente-Request-Id")
}

// ServeHTTP is the outermost wall: what every answer bears, what no route takes, and what must not
// bring the node down.
func (d *Desk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	id := "req_" + strings.ToLower(rand.Text())
	h := w.Header()
	h.Set("Entente-Request-Id", id)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox")
	if r.ProtoMajor == 1 && len(r.TransferEncoding) > 0 {
		h.Set("Connection", "close") // what follows such a message is nobody's second request (RFC 9112, 6.3)
	}
	seen := &seenWriter{ResponseWriter: w}
	defer func() {
		if p := recover(); p != nil {
			d.Logger().Error("a request broke off", "request", id, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			if seen.status != 0 {
				panic(http.ErrAbortHandler) // the answer has begun: what comes of it must not look whole
			}
			Internal().write(seen)
		}
		d.Logger().Info("api", "request", id, "method", r.Method, "path", r.URL.Path, "status", seen.status, "took", time.Since(began))
	}()
	if _, pattern := d.mux.Handler(r); pattern == "" || path.Clean(r.URL.Path) != r.URL.Path {
		d.lost(r).write(seen)
		return
	}
	d.mux.ServeHTTP(seen, r)
}

// A seenWriter remembers the status. An answer has one: that its reader left before its end, which huma notes as a
// status of its own, changes nothing of what was sent.
type seenWriter struct {
	http.ResponseWriter
	status int
}

func (w *seenWriter) WriteHeader(status int) {
	if w.status != 0 {
		return
	}
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

func (w *seenWriter) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (w *seenWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// lost says why no route takes a request.
func (d *Desk) lost(r *http.Request) *Problem {
	var allowed []string
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodDelete} {
		other := r.Clone(r.Context())
		other.Method = method
		if _, pattern := d.mux.Handler(other); pattern != "" && path.Clean(r.URL.Path) == r.URL.Path {
			allowed = append(allowed, method)
		}
	}
	if allowed == nil || slices.Contains(allowed, r.Method) {
		return Absent()
	}
	p := NewProblem(http.StatusMethodNotAllowed, "method", "This method is not served here", "use "+strings.Join(allowed, ", "))
	p.header = http.Header{"Allow": {strings.Join(allowed, ", ")}}
	return p
}

// edge finds out who asks and for what, and lets no one through to whom x-roles does not give the
// operation. Handlers behind it know their visitor.
func (d *Desk) edge(ctx huma.Context, next func(huma.Context)) {
	r, w := humago.Unwrap(ctx)
	d.leaves[ctx.Operation().Method+" "+ctx.Operation().Path].stamp(w.Header())
	a := &arrival{Request: r}
	v, err := d.admit(ctx.Context(), ctx.Operation(), a)
	if often := d.pass(v.Caller, w.Header()); often != nil {
		err = often
	}
	if err == nil {
		v, err = d.receive(ctx.Operation(), v, w, a)
	}
	if err != nil {
		d.problem(ctx.Context(), v, err).write(w)
		return
	}
	v.again = func(again context.Context) error {
		_, err := d.admit(again, ctx.Operation(), a)
		return err
	}
	next(huma.WithValue(ctx, visitKey{}, v))
}

// admit knows the caller, and decides whether the operation is for them.
func (d *Desk) admit(ctx context.Context, op *huma.Operation, a *arrival) (Visit, error) {
	roles := d.roles[op.Method+" "+op.Path]
	if len(roles) == 0 {
		return Visit{}, nil
	}
	caller, err := d.caller(ctx, a)
	if err != nil {
		return Visit{}, err
	}
	v := Visit{Caller: caller, ID: caller.Agreement, From: access.AddressOf(a.Request), Agent: a.UserAgent()}
	if strings.Contains(op.Path, "/agreements/{id}") {
		if v.ID, err = reach(caller, a.PathValue("id")); err != nil {
			return v, err
		}
	}
	if v.ID != "" {
		if v.View, err = d.house.Register.View(v.ID); err != nil {
			return v, err
		}
	}
	lent := d.signs[op.Method+" "+op.Path] && v.View != nil && v.View.State.Life.Delegated(caller.Actor.ID)
	if err := permit(roles, caller); err != nil && !lent {
		return v, err
	}
	if caller.Kind == access.Service && lets(op) {
		return v, Beyond("a program's access token makes nothing by which anybody comes in; a person does that with a token of their own")
	}
	if part := op.Tags[0]; op.OperationID != "me" && !caller.Scope.Permits(part, op.Method == http.MethodGet || op.Metadata[reads] != nil) {
		return v, Beyond("it was made for less: GET /api/v1/me says for what; make another for " + part)
	}
	return v, nil
}

// lets reports whether an operation makes or changes by what people and programs come in.
func lets(op *huma.Operation) bool {
	return op.Method != http.MethodGet && (op.Tags[0] == "people" || op.OperationID == "make-calendar")
}

// byToken is whom a token stands for: a person's own, or a program's.
func (d *Desk) byToken(ctx context.Context, token string, r *http.Request) (access.Caller, error) {
	if d.house.Services != nil {
		if caller, is, err := d.house.Services.Enter(ctx, token, access.PinOn(r)); is {
			return caller, err
		}
	}
	return d.house.Door.Enter(ctx, token, access.API)
}

func bearer(r *http.Request) (string, error) {
	given := r.Header.Values("Authorization")
	if len(given) != 1 {
		return "", access.ErrNoEntry
	}
	scheme, token, _ := strings.Cut(given[0], " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return "", access.ErrNoEntry
	}
	return strings.TrimSpace(token), nil
}

// reach is the agreement of a path, if the caller may know that it exists.
func reach(c access.Caller, text string) (agreement.ID, error) {
	id, err := agreement.ParseID(text)
	if err != nil || (!c.Operator && !c.In(id)) {
		return "", register.ErrUnknown
	}
	return id, nil
}

// permit refuses a caller to whom none of the roles belongs.
func permit(roles []string, c access.Caller) error {
	if c.Operator {
		if slices.Contains(roles, Operator) {
			return nil
		}
		return agreement.Refuse("do this", "7.1", "the node's operator has no role in an agreement")
	}
	if slices.Contains(roles, Anyone) {
		return nil
	}
	var titles []string
	for _, name := range roles {
		if slices.Contains(c.Actor.Roles, agreement.Role(name)) {
			return nil
		}
		if name != Operator {
			titles = append(titles, agreement.Role(name).Label())
		}
	}
	if titles == nil {
		return agreement.Refuse("do this", "7.1", "only the operator of the node may")
	}
	return agreement.Refuse("do this", "7.1", "only the %s of %s may", strings.Join(titles, " or "), c.Actor.Party.Label())
}

// receive reads what was sent, strictly and within bounds, before anything else looks at it.
func (d *Desk) receive(op *huma.Operation, v Visit, w http.ResponseWriter, a *arrival) (Visit, error) {
	r := a.Request
	if err := plainQuery(r.URL.RawQuery); err != nil {
		return v, err
	}
	body, err := readBody(op, w, r)
	if err == nil {
		err = a.covered()
	}
	if err != nil || r.Method == http.MethodGet || r.Method == http.MethodHead {
		return v, err
	}
	if v.Key, err = retryKey(r); err != nil {
		return v, err
	}
	parts := []string{r.Method, r.URL.EscapedPath(), r.URL.RawQuery, v.Actor.ID, string(body)}
	if match, none := r.Header.Get("If-Match"), r.Header.Get("If-None-Match"); match+none != "" {
		if !utf8.ValidString(match + none) {
			return v, Malformed("header.If-Match", "it is not UTF-8: send the ETag as it was given")
		}
		parts = append(parts, match, none)
	}
	request, err := Encode(parts)
	v.digest = seal.Sum(request)
	return v, err
}

// plainQuery refuses a query that two readers could read differently.
func plainQuery(raw string) error {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return Malformed("query", "it cannot be read")
	}
	for name, all := range values {
		if len(all) > 1 {
			return Malformed("query."+clip(name), "it is there twice")
		}
		if !utf8.ValidString(name) || !utf8.ValidString(all[0]) {
			return Malformed("query."+clip(strings.ToValidUTF8(name, "?")), "it is not UTF-8")
		}
	}
	return nil
}

// longestKey is the most bytes of an Idempotency-Key.
const longestKey = 255

func retryKey(r *http.Request) (string, error) {
	given := r.Header.Values("Idempotency-Key")
	if len(given) == 0 {
		return "", nil
	}
	key := given[0]
	if len(given) > 1 || key == "" || len(key) > longestKey || !utf8.ValidString(key) || strings.ContainsFunc(key, unicode.IsControl) {
		return "", Malformed("header.Idempotency-Key", fmt.Sprintf("send one key of 1 to %d bytes, without control characters", longestKey))
	}
	return key, nil
}

// clip keeps a name that a caller chose short.
func clip(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}
