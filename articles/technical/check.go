package technical

import (
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"entente/agreement"
	"entente/document"
)

// Check reports what is missing, contradictory, dangling or unwise in Schedule A.
func (t Terms) Check(f agreement.Frame, found *agreement.Findings) {
	for i, s := range t.Components {
		at := fmt.Sprintf("schedule_a.components[%d]", i)
		found.Component(f, at+".component", s.Component)
		if slices.ContainsFunc(t.Components[:i], func(o Specification) bool { return o.Component == s.Component }) {
			found.Add("specification-twice", at+".component", "%s is specified twice", s.Component).Mend("put both rows together into one")
		}
		s.check(f, at, found)
	}
	for _, c := range f.Components {
		if _, ok := t.Specification(c.Name); !ok {
			found.Add("specification-missing", "schedule_a.components", "%s of clause 1.2 is not specified, so nothing of it may be used", c.Name).Mend("add a row with component: %s", c.Name)
		}
	}
}

func (s Specification) check(f agreement.Frame, at string, found *agreement.Findings) {
	if c, ok := f.Component(s.Component); ok {
		s.checkMethods(c, at, found)
	}
	s.checkLists(at, found)
	s.checkProtocol(at, found)
	s.checkAddress(at+".base_urls.test", s.BaseURLs.Test, found)
	s.checkAddress(at+".base_urls.production", s.BaseURLs.Production, found)
	if s.BaseURLs.Test != "" && s.BaseURLs.Test == s.BaseURLs.Production {
		found.Add("base-url-same", at+".base_urls.test", "test and production are served at the same address, so tests run on production").Mend("state a separate address for tests")
	}
	s.checkFormats(f, at, found)
	s.checkUnit(at+".unit", found)
	s.checkServing(at+".serving", found)
	s.checkVersions(f, at, found)
	s.checkOrigins(at, found)
}

// checkMethods compares what is specified with how clause 1.2 offers the component.
func (s Specification) checkMethods(c agreement.Component, at string, found *agreement.Findings) {
	for _, m := range []struct {
		method agreement.Method
		rule   string
		key    string
		given  bool
	}{
		{agreement.API, "protocol-missing", "protocol", s.Protocol != ""},
		{agreement.SDK, "artifacts-missing", "artifacts", len(s.Artifacts) > 0},
		{agreement.Embedded, "origins-missing", "origins", len(s.Origins) > 0},
	} {
		switch {
		case c.By(m.method) && !m.given:
			found.Add(m.rule, at, "%s is offered by %s, but %s is not stated", c.Name, m.method.Label(), m.key).Mend("add %s.%s", at, m.key)
		case !c.By(m.method) && m.given:
			found.Add("not-for-method", at+"."+m.key, "%s is not offered by %s in clause 1.2", c.Name, m.method.Label()).
				Mend("delete this line, or add %s to the component’s methods", m.method)
		}
	}
	if c.By(agreement.API) && s.BaseURLs == (BaseURLs{}) {
		found.Add("base-url-missing", at, "nothing says where %s is served", c.Name).Mend("add base_urls with the address for test, for production or for both")
	}
}

func (s Specification) checkLists(at string, found *agreement.Findings) {
	models := make([]string, len(s.Models))
	for i, m := range s.Models {
		models[i] = m.Name
	}
	for _, list := range []struct {
		key   string
		names []string
	}{{"operations", s.Operations}, {"models", models}, {"tools", s.Tools}, {"resources", s.Resources}, {"prompts", s.Prompts}, {"origins", s.Origins}} {
		for i, name := range list.names {
			path := fmt.Sprintf("%s.%s[%d]", at, list.key, i)
			if slices.Contains(list.names[:i], name) {
				found.Add("listed-twice", path, "%q is listed twice", name).Mend("delete one of the two")
			}
			if strings.Contains(name, "*") {
				found.Add("pattern", path, "%q is a pattern; only what is named exactly is allowed", name).Mend("list each one by its full name")
			}
		}
	}
}

var (
	operationID = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_.-]*$`)
	methodPath  = regexp.MustCompile(`^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) /[^\s?#]*$`)
)

func (s Specification) checkProtocol(at string, found *agreement.Findings) {
	if s.Protocol == "" {
		return
	}
	if s.UpstreamAuth == NoAuth && s.BaseURLs.Production != "" {
		found.Add("upstream-open", at+".upstream_auth", "whoever learns the address of %s can call it past the gateway", s.Component).Mend("choose api_key, bearer, oauth2 or mtls")
	}
	s.checkOperations(at, found)
	s.checkResources(at, found)
	mcp := len(s.Tools) + len(s.Resources) + len(s.Prompts)
	switch {
	case s.Protocol == MCP && mcp == 0 || s.Protocol != MCP && len(s.Operations) == 0:
		found.Add("operations-missing", at, "nothing of %s may be used, because nothing is listed", s.Component).Mend("%s", s.whatToList())
	case s.Protocol != MCP && mcp > 0:
		found.Add("not-for-protocol", at, "tools, resources and prompts exist only where the protocol is mcp").Mend("delete them, or change the protocol")
	}
	switch {
	case s.Protocol.Models() && len(s.Models) == 0 && !slices.Equal(s.Operations, []string{"models"}):
		found.Add("models-missing", at, "no model of %s may be used, because none is listed", s.Component).Mend("add models with the name of each model")
	case !s.Protocol.Models() && len(s.Models) > 0:
		found.Add("not-for-protocol", at+".models", "models are named in calls only where the protocol is openai or anthropic").Mend("delete them, or change the protocol")
	}
	for i, m := range s.Models {
		if !m.Pinned() {
			found.Add("model-unpinned", fmt.Sprintf("%s.models[%d]", at, i), "the provider may change what answers as %q and nothing will notice", m.Name).Mend("add version with the exact model that must answer")
		}
	}
}

func (s Specification) whatToList() string {
	switch known := s.Protocol.Operations(); {
	case s.Protocol == MCP:
		return "list tools, resources or prompts by name"
	case len(known) > 0:
		return "list operations: " + document.Join(known) + " are possible"
	}
	return `list operations, by id or as method and path such as "GET /documents/{id}"`
}

func (s Specification) checkOperations(at string, found *agreement.Findings) {
	known := s.Protocol.Operations()
	for i, o := range s.Operations {
		path := fmt.Sprintf("%s.operations[%d]", at, i)
		switch {
		case strings.Contains(o, "*"):
		case len(known) > 0 && !slices.Contains(known, o):
			found.Add("operation-unknown", path, "%q is not an operation of the %s protocol", o, s.Protocol).Mend("use %s", document.Either(known))
		case s.Protocol == HTTP && !operationID.MatchString(o) && !methodPath.MatchString(o):
			found.Add("operation-unknown", path, "%q is neither the id of an operation nor a method and path", o).Mend(`write it as createSummary or as "GET /documents/{id}"`)
		}
	}
}

func (s Specification) checkResources(at string, found *agreement.Findings) {
	for i, r := range s.Resources {
		if _, err := ParsePattern(r); err != nil {
			found.Add("resource-form", fmt.Sprintf("%s.resources[%d]", at, i), "%q is neither the address of a resource nor a template of such addresses", r).Mend("%s", err.Error())
		}
	}
}

func (s Specification) checkAddress(at string, address agreement.URL, found *agreement.Findings) {
	u, err := url.Parse(string(address))
	if address == "" || err != nil {
		return
	}
	if u.Scheme == "http" {
		found.Add("base-url-plain", at, "%s is not encrypted", address).Mend("write https://")
	}
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	ip, err := netip.ParseAddr(host)
	inside := err == nil && (ip.Unmap().IsPrivate() || ip.Unmap().IsLoopback() || ip.Unmap().IsLinkLocalUnicast() || ip.IsUnspecified())
	if inside || host == "localhost" || strings.HasSuffix(host, ".localhost") || strings.HasSuffix(host, ".internal") || strings.HasSuffix(host, ".local") {
		found.Add("base-url-private", at, "%s exists only inside a private network", host).Mend("state the public address of the service")
	}
}

func (s Specification) checkFormats(f agreement.Frame, at string, found *agreement.Findings) {
	attached(f, at+".openapi", s.OpenAPI, found)
	for i, x := range s.Formats {
		path := fmt.Sprintf("%s.formats[%d]", at, i)
		if x.Operation != "" && !s.May(x.Operation) {
			found.Add("format-operation", path+".operation", "%q is not listed for %s, so its format is never looked at", x.Operation, s.Component).Mend("list the operation, or delete the row")
		}
		attached(f, path+".request", x.Request, found)
		attached(f, path+".response", x.Response, found)
	}
}

var headerName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]*$`)

func (s Specification) checkUnit(at string, found *agreement.Findings) {
	for i, c := range s.Unit.Counted {
		path := fmt.Sprintf("%s.counted[%d]", at, i)
		switch {
		case s.Protocol != HTTP || !slices.Contains(s.Operations, c.Operation):
			found.Add("unit-source", path+".operation", "%q is not listed for %s as an operation by http, so its units are never counted", c.Operation, s.Component).Mend("list the operation, or delete the row")
		case (c.Header == "") == (c.Pointer == ""), c.Header != "" && !headerName.MatchString(c.Header), c.Pointer != "" && !strings.HasPrefix(c.Pointer, "/"):
			found.Add("unit-source", path, "it is not clear where answers of %s state their %s", c.Operation, s.Unit.Name).Mend("write header: X-Pages, or pointer: /usage/pages")
		}
	}
}

func attached(f agreement.Frame, at, name string, found *agreement.Findings) {
	listed := slices.ContainsFunc(f.Front.Attachments, func(a agreement.Attachment) bool { return a.Name == name || a.File == name })
	if name != "" && !listed {
		found.Add("not-attached", at, "%q is not among the attachments of the front page, so it is not part of what is signed", name).Mend("add it to agreement.attachments with its digest")
	}
}

func (s Specification) checkVersions(f agreement.Frame, at string, found *agreement.Findings) {
	ended := len(s.Versions) > 0
	for i, v := range s.Versions {
		path := fmt.Sprintf("%s.versions[%d]", at, i)
		if !v.From.IsZero() && !v.Until.IsZero() && v.Until.Before(v.From) {
			found.Add("version-dates", path+".until", "%s of %s ends before it begins", v.Name, s.Component).Mend("choose a date from %s on", v.From)
		}
		ended = ended && !v.Until.IsZero() && v.Until.Before(f.Effective())
	}
	if ended {
		found.Add("version-dates", at+".versions", "no version of %s is supported when the agreement comes into force", s.Component).Mend("add the version that is, or leave until out")
	}
}

func (s Specification) checkOrigins(at string, found *agreement.Findings) {
	for i, o := range s.Origins {
		if !strings.Contains(o, "*") && !isOrigin(o) {
			found.Add("origin-form", fmt.Sprintf("%s.origins[%d]", at, i), "%q is not the origin of a web page", o).
				Mend("write https:// and the host in lower case, without a path or a final slash, for example https://reader.company.example")
		}
	}
}

// isOrigin reports whether a browser would send s as the origin of a page (RFC 6454): ASCII, lower
// case, no default port, no path.
func isOrigin(s string) bool {
	u, err := url.Parse(s)
	ascii := !strings.ContainsFunc(s, func(r rune) bool { return r >= 0x80 })
	return err == nil && ascii && u.Hostname() != "" && u.Port() != "443" && s == "https://"+strings.ToLower(u.Host)
}
