// Package rest is the frame of the API: who asks is found out once, at the edge; what is sent is read
// strictly and within bounds; every error becomes a problem (RFC 9457); a retry is answered as the
// first attempt was; and the document that describes it all (OpenAPI 3.1) follows from the table of
// operations.
package rest

import (
	"cmp"
	"context"
	"io"
	"log/slog"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"entente/access"
	"entente/access/pace"
	"entente/agreement"
	"entente/articles"
	"entente/ledger/canonical"
	"entente/notary"
	"entente/register"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/go-json-experiment/json"
)

// A House is what the frame asks of a node. All fields are needed to answer, none to list the routes.
type House struct {
	Register *register.Register
	Notary   *notary.Notary
	Door     *access.Door
	Services Services // nil: no program comes in by itself
	Answers  Answers
	Log      *slog.Logger // nil means that nothing is logged
	Rate     pace.Rate

	Spent  Spent  // takes each nonce of a signed request once
	Origin string // of the node, for which requests are signed; empty means that they count on its own machine alone
}

// Services knows the access tokens of programs.
type Services interface {
	// Enter says for whom a token stands, shown on a connection whose client certificate has a pin, or none; false
	// where the text is no such token.
	Enter(ctx context.Context, token string, pin *access.Pin) (access.Caller, bool, error)
}

// Answers keeps how writes were answered that leave no entry in a ledger. They are found where those
// of the ledger are.
type Answers interface {
	// KeepAnswer stores an answer durably; a second one to the same key is refused.
	KeepAnswer(ctx context.Context, a access.Answer) error
}

// A Desk is the router with the document that describes it: New makes it, Add and its like fill it,
// and Close completes the document.
type Desk struct {
	house  House
	turns  turns
	pace   pace.Pacer
	mux    *http.ServeMux
	huma   huma.API
	doc    *huma.OpenAPI
	routes []Route
	roles  map[string][]string // by "METHOD /path"
	whose  map[string]Whose    // likewise
	leaves map[string]Leaving  // likewise
	signs  map[string]bool     // likewise: whether whom a signatory has let sign may call it
}

// A Route is one operation that the API serves.
type Route struct {
	Method string   `json:"method"`
	Path   string   `json:"path"` // as in the OpenAPI document
	Roles  []string `json:"roles"`
	Whose  Whose    `json:"whose"`  // empty where nothing is a party's
	Public bool     `json:"public"` // needs no token
}

// A Whose says on whose things an operation acts, for those to whom its roles give it.
type Whose string

// Whose things an operation may act on.
const (
	Both  Whose = "both"  // what belongs to the agreement: both parties alike
	Own   Whose = "own"   // what is of the caller's party
	Other Whose = "other" // what is of the other party
	Self  Whose = "self"  // what is the caller's alone
)

// New makes a desk that serves nothing yet. About is what the document says of the whole.
func New(h House, about string, tags []*huma.Tag) *Desk {
	d := &Desk{house: h, pace: pace.Pacer{Rate: h.Rate}, mux: http.NewServeMux(), roles: map[string][]string{}, whose: map[string]Whose{}, leaves: map[string]Leaving{}, signs: map[string]bool{}}
	c := huma.DefaultConfig("Entente", "1")
	c.OpenAPIPath, c.DocsPath, c.SchemasPath, c.CreateHooks = "", "", "", nil
	c.Info.Description = about
	c.Info.Contact = &huma.Contact{Name: "The operator of the node that serves this document"}
	c.Info.License = &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"}
	c.Servers = []*huma.Server{{URL: "/"}}
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{"token": {Type: "http", Scheme: "bearer", Description: "A token of a person of an agreement, or of the node's operator."},
		"program": {Type: "oauth2", Description: "An access token of a party's program, for ten minutes (RFC 6749, section 4.4).", Flows: &huma.OAuthFlows{ClientCredentials: &huma.OAuthFlow{TokenURL: "/oauth/token", Scopes: map[string]string{}}}}}
	c.Security = []map[string][]string{{"token": {}}, {"program": {}}}
	c.Formats = map[string]huma.Format{"application/json": strictJSON, "json": strictJSON}
	c.RejectUnknownQueryParameters = true
	c.Transformers = []huma.Transformer{asProblem}
	d.huma = humago.New(d, c)
	d.doc = d.huma.OpenAPI()
	d.doc.Tags = tags
	d.doc.Components.Responses = map[string]*huma.Response{}
	problem := d.doc.Components.Schemas.Schema(reflect.TypeFor[Problem](), true, "")
	for _, t := range troubles {
		d.doc.Components.Responses[t[0]] = &huma.Response{Description: t[1], Content: map[string]*huma.MediaType{"application/problem+json": {Schema: problem}}}
	}
	d.huma.UseMiddleware(d.edge)
	return d
}

// Close completes the document once everything is served.
func (d *Desk) Close() {
	schemas := d.doc.Components.Schemas.Map()
	delete(schemas, "ErrorModel") // huma's own form of errors, which never leaves the house
	delete(schemas, "ErrorDetail")
	sent := map[string]bool{}
	for _, path := range d.doc.Paths {
		for _, op := range []*huma.Operation{path.Get, path.Post, path.Put, path.Delete} {
			if op == nil {
				continue
			}
			for _, p := range op.Parameters {
				if p.Description == "" {
					p.Description = usual[p.Name]
				}
			}
		}
		for _, op := range []*huma.Operation{path.Post, path.Put} {
			if op != nil && op.RequestBody != nil {
				if json := op.RequestBody.Content["application/json"]; json != nil {
					d.mark(json.Schema, sent)
				}
			}
		}
	}
	for name, s := range schemas {
		neverNull(s)
		describe(s)
		if !sent[name] {
			s.AdditionalProperties = nil // answers may gain members; what is sent may not
		}
	}
}

// Document is the OpenAPI document in JSON.
func (d *Desk) Document() ([]byte, error) { return d.doc.MarshalJSON() }

// Routes lists what is served, in the order of registration: read off the router, not off the
// document.
func (d *Desk) Routes() []Route { return d.routes }

// Logger is where the desk and what it serves log.
func (d *Desk) Logger() *slog.Logger {
	if d.house.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return d.house.Log
}

// mark notes which schemas describe what callers send.
func (d *Desk) mark(s *huma.Schema, sent map[string]bool) {
	if s == nil {
		return
	}
	if name := strings.TrimPrefix(s.Ref, "#/components/schemas/"); s.Ref != "" && !sent[name] {
		sent[name] = true
		d.mark(d.doc.Components.Schemas.Map()[name], sent)
	}
	d.mark(s.Items, sent)
	for _, p := range s.Properties {
		d.mark(p, sent)
	}
}

// strictJSON reads what ledger.Decode reads and writes lists that are empty as lists.
var strictJSON = huma.Format{
	Marshal: func(w io.Writer, v any) error {
		if k, ok := v.(interface{ bytes() []byte }); ok {
			_, err := w.Write(k.bytes())
			return err
		}
		return json.MarshalWrite(w, v)
	},
	Unmarshal: canonical.Decode,
}

func Encode(v any) ([]byte, error) { return json.Marshal(v) }

// neverNull says of lists what is true of them: they may be empty, but are never null.
func neverNull(s *huma.Schema) {
	if s == nil {
		return
	}
	if s.Type == huma.TypeArray {
		s.Nullable = false
	}
	neverNull(s.Items)
	for _, p := range s.Properties {
		neverNull(p)
	}
	if values, ok := s.AdditionalProperties.(*huma.Schema); ok {
		neverNull(values)
	}
}

// HandleFunc registers what huma hands to the router, and takes down what was registered.
func (d *Desk) HandleFunc(pattern string, handler func(http.ResponseWriter, *http.Request)) {
	method, path, _ := strings.Cut(pattern, " ")
	roles := d.roles[pattern]
	d.routes = append(d.routes, Route{Method: method, Path: path, Roles: roles, Whose: d.whose[pattern], Public: len(roles) == 0})
	d.mux.HandleFunc(strings.Replace(pattern, "{tile}", "{tile...}", 1), handler)
}

// An Operation is a row of the table of what is served.
type Operation struct {
	Method, Path, ID, Summary string
	About                     string
	Tag                       string
	Roles                     []string // none: everyone, without a token
	Whose                     Whose    // empty: Both
	Signs                     bool     // whom a signatory has let sign may call it as well
	Status                    int      // of success; 200 if not said
	Limit                     int64    // bytes of the body; 1 MiB if not said
	Reads                     bool     // it changes nothing, though it is no GET
	Media                     string   // of the answer, if it is not JSON
	Either                    any      // the body of an answer that is JSON unless the caller accepts Media; the handler writes it
	Again                     string   // what 200 means beside 201; empty where there is no such answer
	AgainBody                 any      // of that answer
	Leaving                   Leaving  // that it is to go; zero while it stands
}

// A Leaving says that an operation is to go: it is served until then, and says so with each answer (RFC 9745, RFC 8594).
type Leaving struct {
	Since   time.Time // when programs were first told
	Until   time.Time // when it goes; zero if that is not decided
	Instead string    // the id of the operation that takes its place
}

// stamp tells a program.
func (l Leaving) stamp(h http.Header) {
	if l.Since.IsZero() {
		return
	}
	h.Set("Deprecation", "@"+strconv.FormatInt(l.Since.Unix(), 10))
	if !l.Until.IsZero() {
		h.Set("Sunset", l.Until.UTC().Format(http.TimeFormat))
	}
}

// describe tells the document's readers.
func (l Leaving) describe(op *huma.Operation) {
	if l.Since.IsZero() {
		return
	}
	op.Deprecated = true
	op.Description += " It is to go"
	if !l.Until.IsZero() {
		op.Description += " on " + l.Until.UTC().Format(time.DateOnly)
	}
	op.Description += ": use " + l.Instead + "."
}

// Who may call an operation, beside the roles of clause 7.1.
const (
	Anyone   = "any"
	Operator = "operator"
)

// May are the roles to which clause 7.1 gives an act, read off the agreement's own table.
func May(command any) []string {
	var names []string
	for _, r := range agreement.Roles {
		if articles.May(articles.State{}, articles.Actor{Party: agreement.A, Roles: []agreement.Role{r}}, command) {
			names = append(names, string(r))
		}
	}
	return names
}

// reads marks an operation that changes nothing.
const reads = "reads"

// describe makes the operation as the document has it.
func (d *Desk) describe(o Operation) huma.Operation {
	d.roles[o.Method+" "+o.Path], d.leaves[o.Method+" "+o.Path] = o.Roles, o.Leaving
	d.signs[o.Method+" "+o.Path] = o.Signs
	if slices.ContainsFunc(o.Roles, func(r string) bool { return r != Operator }) {
		d.whose[o.Method+" "+o.Path] = cmp.Or(o.Whose, Both)
	}
	op := huma.Operation{Method: o.Method, Path: o.Path, OperationID: o.ID, Summary: o.Summary, Description: o.About, Tags: []string{o.Tag},
		DefaultStatus: o.Status, MaxBodyBytes: o.Limit + 1, BodyReadTimeout: -1, // the edge has read the body, within bounds
		Responses: map[string]*huma.Response{}, Extensions: map[string]any{"x-roles": o.Roles, "x-whose": d.whose[o.Method+" "+o.Path]}}
	if o.Limit == 0 {
		op.MaxBodyBytes = smallBody + 1
	}
	op.Extensions["x-access"] = "act"
	if o.Reads || o.Method == http.MethodGet {
		op.Extensions["x-access"] = "read"
	}
	if len(o.Roles) == 0 {
		op.Security, op.Extensions = []map[string][]string{}, nil
	}
	if o.Reads {
		op.Metadata = map[string]any{reads: true}
	}
	if d.whose[o.Method+" "+o.Path] == "" {
		delete(op.Extensions, "x-whose")
	}
	if op.DefaultStatus == 0 {
		op.DefaultStatus = http.StatusOK
	}
	if o.Media != "" {
		kind := "string"
		if strings.HasSuffix(o.Media, "json") {
			kind = "object"
		}
		op.Responses["200"] = &huma.Response{Content: map[string]*huma.MediaType{o.Media: {Schema: &huma.Schema{Type: kind}}}}
	}
	if o.Either != nil {
		schema := d.doc.Components.Schemas.Schema(reflect.TypeOf(o.Either), true, "")
		op.Responses["200"].Content["application/json"] = &huma.MediaType{Schema: schema}
	}
	if o.Again != "" {
		schema := d.doc.Components.Schemas.Schema(reflect.TypeOf(o.AgainBody), true, "")
		op.Responses["200"] = &huma.Response{Description: o.Again, Content: map[string]*huma.MediaType{"application/json": {Schema: schema}}}
	}
	describeProblems(o, op.Responses)
	o.Leaving.describe(&op)
	return op
}

// troubles are how operations can be refused, by status: a name in the document and what it means.
var troubles = map[string][2]string{
	"401":     {"NoToken", "No token, or one that is not known"},
	"403":     {"NoAuthority", "Clause 7.1 does not give this to you"},
	"404":     {"Absent", "There is none, or it is not yours"},
	"409":     {"Refused", "The agreement does not allow this as it stands"},
	"422":     {"Invalid", "The request does not say what is needed"},
	"default": {"Problem", "The request is refused or did not work"},
}

// describeProblems says which of them an operation has.
func describeProblems(o Operation, responses map[string]*huma.Response) {
	codes := []string{"422", "default"}
	if len(o.Roles) > 0 {
		codes = append(codes, "401", "403")
	}
	if strings.Contains(o.Path, "{") {
		codes = append(codes, "404")
	}
	if o.Method != http.MethodGet {
		codes = append(codes, "409")
	}
	for _, code := range codes {
		responses[code] = &huma.Response{Ref: "#/components/responses/" + troubles[code][0]}
	}
}
