package api

import (
	"io"
	"net/http"
	"reflect"
	"strings"

	"entente/agreement"
	"entente/articles"
	"entente/articles/integration"
	"entente/articles/term"
	"entente/ledger/canonical"
	"entente/submission"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/go-json-experiment/json"
)

// A desk is the router with the document that describes it.
type desk struct {
	*API
	clerk  *submission.Clerk
	turns  turns
	mux    *http.ServeMux
	huma   huma.API
	doc    *huma.OpenAPI
	routes []Route
	roles  map[string][]string // by "METHOD /path"
}

// about is what the document says of the whole.
const about = `What a person may do under an agreement. Show a token as ` + "`Authorization: Bearer ent_api_…`" + `.

Every write takes an ` + "`Idempotency-Key`" + ` of at most 255 characters: the same key with the same request
gives the same answer, with the header ` + "`Idempotent-Replayed: true`" + `, and nothing happens a second time. Keys of acts
under an agreement stand in its ledger; say nothing in them that does not belong there.

Errors are problems (RFC 9457). A refusal by the agreement names its clause. What is absent and what is not yours
are the same 404. JSON is read strictly: a member twice, a member that is not described, text that is not UTF-8
and nesting beyond 64 are refused.`

var tags = []*huma.Tag{
	{Name: "agreements", Description: "Agreements, their versions and documents, and how they stand."},
	{Name: "acts", Description: "What people do under an agreement."},
	{Name: "keys", Description: "Keys with which the consuming party calls components through the gateway (clause 2.1)."},
	{Name: "upstreams", Description: "Where the providing party serves its components."},
	{Name: "usage", Description: "Metered calls."},
	{Name: "ledger", Description: "What happened, in order, signed."},
	{Name: "log", Description: "The ledger as a C2SP transparency log, for outside programs."},
	{Name: "people", Description: "Who you are, links and tokens."},
	{Name: "node", Description: "The node itself."},
}

func (a *API) build() *desk {
	d := &desk{API: a, clerk: &submission.Clerk{Register: a.Register, Notary: a.Notary}, mux: http.NewServeMux(), roles: map[string][]string{}}
	c := huma.DefaultConfig("Entente", "1")
	c.OpenAPIPath, c.DocsPath, c.SchemasPath, c.CreateHooks = "", "", "", nil
	c.Info.Description = about
	c.Info.License = &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"}
	c.Servers = []*huma.Server{{URL: "/"}}
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{"token": {Type: "http", Scheme: "bearer", Description: "A token of a person of an agreement, or of the node's operator."}}
	c.Security = []map[string][]string{{"token": {}}}
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
	for _, part := range []func(){d.health, d.people, d.agreements, d.acts, d.keys, d.upstreams, d.usage, d.ledger, d.tiles} {
		part()
	}
	schemas := d.doc.Components.Schemas.Map()
	delete(schemas, "ErrorModel") // huma's own form of errors, which never leaves the house
	delete(schemas, "ErrorDetail")
	sent := map[string]bool{}
	for _, path := range d.doc.Paths {
		for _, op := range []*huma.Operation{path.Post, path.Put} {
			if op != nil && op.RequestBody != nil {
				d.mark(op.RequestBody.Content["application/json"].Schema, sent)
			}
		}
	}
	for name, s := range schemas {
		neverNull(s)
		if !sent[name] {
			s.AdditionalProperties = nil // answers may gain members; what is sent may not
		}
	}
	return d
}

// mark notes which schemas describe what callers send.
func (d *desk) mark(s *huma.Schema, sent map[string]bool) {
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

func encode(v any) ([]byte, error) { return json.Marshal(v) }

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
func (d *desk) HandleFunc(pattern string, handler func(http.ResponseWriter, *http.Request)) {
	method, path, _ := strings.Cut(pattern, " ")
	roles := d.roles[pattern]
	d.routes = append(d.routes, Route{Method: method, Path: path, Roles: roles, Public: len(roles) == 0})
	d.mux.HandleFunc(strings.Replace(pattern, "{tile}", "{tile...}", 1), handler)
}

// An operation is a row of the table of what is served.
type operation struct {
	method, path, id, summary string
	about                     string
	tag                       string
	roles                     []string // none: everyone, without a token
	status                    int      // of success; 200 if not said
	limit                     int64    // bytes of the body; 1 MiB if not said
	media                     string   // of the answer, if it is not JSON
	again                     string   // what 200 means beside 201; empty where there is no such answer
}

// Who may call an operation, beside the roles of clause 7.1.
const (
	anyone   = "any"
	operator = "operator"
)

// may are the roles to which clause 7.1 gives an act, read off the agreement's own table.
func may(command any) []string {
	var names []string
	for _, r := range agreement.Roles {
		if articles.May(articles.State{}, articles.Actor{Party: agreement.A, Roles: []agreement.Role{r}}, command) {
			names = append(names, string(r))
		}
	}
	return names
}

// The roles of each act.
var (
	mayPropose   = append(may(agreement.Propose{}), operator)
	maySign      = may(agreement.Sign{})
	mayComplete  = may(integration.CompleteMilestone{})
	mayReopen    = may(integration.ReopenMilestone{})
	mayIssue     = may(integration.IssueKey{})
	mayRevoke    = may(integration.RevokeKey{})
	maySuspend   = may(term.Suspend{})
	mayResume    = may(term.Resume{})
	mayNotify    = may(term.NotifyBreach{})
	mayCure      = may(term.CureBreach{})
	mayAnnounce  = may(term.NotifyChange{})
	maySettle    = may(term.SettleChange{})
	mayTerminate = may(term.Terminate{})
	mayServe     = []string{string(agreement.Technical)} // the provider's own matter: no act under the agreement
)

// describe makes the operation as the document has it.
func (d *desk) describe(o operation) huma.Operation {
	d.roles[o.method+" "+o.path] = o.roles
	op := huma.Operation{Method: o.method, Path: o.path, OperationID: o.id, Summary: o.summary, Description: o.about, Tags: []string{o.tag},
		DefaultStatus: o.status, MaxBodyBytes: o.limit + 1, BodyReadTimeout: -1, // the edge has read the body, within bounds
		Responses: map[string]*huma.Response{}, Extensions: map[string]any{"x-roles": o.roles}}
	if o.limit == 0 {
		op.MaxBodyBytes = smallBody + 1
	}
	if len(o.roles) == 0 {
		op.Security, op.Extensions = []map[string][]string{}, nil
	}
	if op.DefaultStatus == 0 {
		op.DefaultStatus = http.StatusOK
	}
	if o.media != "" {
		op.Responses["200"] = &huma.Response{Content: map[string]*huma.MediaType{o.media: {Schema: &huma.Schema{Type: "string"}}}}
	}
	if o.again != "" {
		schema := d.doc.Components.Schemas.Schema(reflect.TypeFor[proposed](), true, "")
		op.Responses["200"] = &huma.Response{Description: o.again, Content: map[string]*huma.MediaType{"application/json": {Schema: schema}}}
	}
	describeProblems(o, op.Responses)
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
func describeProblems(o operation, responses map[string]*huma.Response) {
	codes := []string{"422", "default"}
	if len(o.roles) > 0 {
		codes = append(codes, "401", "403")
	}
	if strings.Contains(o.path, "{") {
		codes = append(codes, "404")
	}
	if o.method != http.MethodGet {
		codes = append(codes, "409")
	}
	for _, code := range codes {
		responses[code] = &huma.Response{Ref: "#/components/responses/" + troubles[code][0]}
	}
}
