package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// plan is the plan of the house: what each package may import of the house. Arrows only point
// down; rooms do not know each other; only the notary writes; only the cli knows the cellar.
var plan = map[string][]string{
	// Ground.
	"document":         {},
	"ledger/canonical": {},
	"ledger/passkey":   {"ledger/seal"},
	"ledger/seal":      {"ledger/canonical"},
	"ledger/tree":      {"ledger/canonical", "ledger/seal"},
	"ledger":           {"ledger/canonical", "ledger/seal", "ledger/tree"},
	"ledger/bundle":    {"ledger", "ledger/canonical", "ledger/seal"},
	"money":            {"document"},
	"calendar":         {"document"},
	"agreement":        {"calendar", "money", "document"},
	// Printing presses: one model, many forms.
	"document/markdown": {"document", "document/redline"},
	"document/html":     {"document", "document/redline"},
	"document/pdf":      {"document", "document/pdf/archive"},
	"document/redline":  {"document"},
	"document/docx":     {"document", "document/redline"},
	// What comes back from elsewhere.
	"document/incoming": {"document", "document/docx"},
	// A PDF as objects, and what makes one worth keeping.
	"document/pdf/object":  {},
	"document/pdf/archive": {"document/pdf/object"},
	"document/pades":       {"document/pdf/object"},
	// Contents. Each may import the ground and the rooms as well.
	"articles/form":     {},
	"articles/format":   {},
	"articles/statutes": {"calendar", "money"},
	"articles/openapi":  {},
	"articles/house":    {"articles/form"},
	"articles":          {"ledger/canonical", "articles/form", "articles/format", "articles/house", "articles/openapi"},
	"articles/policy":   {"articles", "articles/openapi"},
	"articles/rules":    {"articles/statutes", "document/pdf", "ledger/seal", "articles", "articles/form", "articles/house"},
	"articles/source":   {"articles", "articles/form", "articles/rules"},
	"articles/draft":    {"ledger/seal", "articles", "articles/form", "articles/rules", "articles/source"},
	"articles/signing":  {"document/markdown", "document/pades", "document/pdf", "document/pdf/*", "ledger", "ledger/bundle", "ledger/canonical", "ledger/passkey", "ledger/seal", "articles"},
	"articles/carried":  {"ledger/bundle"},
	"articles/margins":  {"articles", "articles/talks"},
	"articles/changes":  {"articles", "articles/form", "articles/house"},
	// The ledger in sentences, and what is due.
	"articles/telling":   {"ledger", "articles"},
	"articles/deadlines": {"articles", "articles/talks"},
	// What a company has promised one partner, beside its agreements with others.
	"articles/exclusivity": {"articles"},
	"articles/talks":       {"articles", "articles/changes"},
	"articles/audience":    {"articles", "articles/deadlines"},
	// What a document that came back asks for, and terms as a sheet.
	"articles/proposal": {"document/docx", "document/incoming", "document/redline", "articles", "articles/form", "articles/changes", "articles/house", "articles/meaning", "articles/worded"},
	"articles/worded":   {"document/incoming", "document/redline", "articles", "articles/form"},
	"articles/sheet":    {"articles/statutes", "document", "document/incoming", "articles", "articles/form", "articles/meaning", "articles/source"},
	"articles/meaning":  {"articles/form", "articles/source"},
	// The agreement in whatever file somebody has of it.
	"articles/intake": {"document/docx", "document/incoming", "document/pdf/*", "ledger/bundle", "articles", "articles/draft", "articles/proposal", "articles/signing", "articles/source"},
	// A company's own standard.
	"articles/playbook": {"articles", "articles/form", "articles/house", "articles/source"},
	// Both ends of the gateway speak HTTP/1.1 over the same reader.
	"wire":               {"wire/socket"},
	"wire/socket":        {},
	"gateway/front":      {"wire", "wire/socket", "gateway/lifeline"},
	"gateway/lifeline":   {},
	"gateway/strictjson": {},
	"gateway/websocket":  {"wire"},
	// The gateway ends TLS.
	"gateway/certificate": {},
	// Hall.
	"register":         {"agreement", "articles", "articles/policy", "ledger"},
	"access/token":     {},
	"access/proxy":     {},
	"access/signature": {},
	"access/service":   {"access", "access/keyset", "access/token", "agreement", "articles", "register"},
	"access/sso":       {"access", "access/account", "access/keyset", "access/token", "agreement", "egress", "register"},
	"access/pace":      {},
	"access/keyset":    {"access/token", "egress", "ledger/canonical"},
	"access":           {"agreement", "articles", "ledger/seal", "register"},
	"egress":           {"wire", "wire/socket"},
	"mail":             {"access"},
	"mail/paper":       {"document"},
	"inbox":            {"access", "agreement", "articles", "articles/audience", "articles/deadlines", "articles/telling", "calendar", "document", "events", "mail", "mail/paper", "register"},
	"usage":            {},
	"meter":            {"usage", "meter/flush"},
	"meter/flush":      {},
	"metrics":          {},
	"levels":           {"articles/performance", "meter", "money"},
	"quota":            {"agreement", "articles/policy", "articles/commerce", "articles/performance", "money", "usage", "meter"},
	"timestamp":        {"articles/signing", "egress"},
	"witness":          {"ledger/seal", "ledger/tree"},
	"events":           {"agreement", "articles", "articles/form", "articles/telling", "document", "ledger", "register"},
	"notary":           {"agreement", "articles", "articles/policy", "articles/integration", "articles/signing", "articles/term", "ledger", "ledger/canonical", "ledger/passkey", "ledger/seal", "ledger/tree", "register", "access"},
	"receipt":          {"agreement", "articles/commerce", "ledger", "ledger/bundle", "ledger/canonical", "ledger/seal", "ledger/tree", "meter"},
	"statement":        {"agreement", "articles", "articles/commerce", "articles/performance", "articles/technical", "ledger", "ledger/tree", "levels", "meter", "money", "notary", "receipt", "register"},
	"replay":           {"agreement", "articles/policy", "articles/commerce", "meter", "register", "statement"},
	"access/account":   {"access", "agreement", "ledger/passkey", "mail", "mail/paper", "register", "articles"},
	"portfolio":        {"access", "access/account", "agreement", "articles/*", "register"},
	"webhooks":         {"access", "agreement", "egress", "events"},
	"handout":          {"access", "agreement", "articles/deadlines", "document", "events", "meter", "register"},
	// What is brought, before the notary has it.
	"submission": {"access", "agreement", "articles", "articles/rules", "articles/signing", "articles/source", "ledger/canonical", "ledger/seal", "notary", "register"},
	// Doors.
	"gateway":         {"agreement", "articles", "articles/policy", "articles/commerce", "articles/format", "articles/openapi", "articles/technical", "register", "access", "access/keyset", "access/token", "usage", "meter", "quota", "egress", "gateway/lifeline", "gateway/mcp", "gateway/measure", "gateway/strictjson", "gateway/websocket", "wire"},
	"gateway/measure": {"meter", "metrics"},
	"gateway/mcp":     {"articles/policy", "gateway/strictjson", "wire"},
	"api":             {"handout", "inbox", "webhooks", "agreement", "events", "api/*", "articles", "articles/*", "calendar", "ledger", "ledger/canonical", "ledger/tree", "notary", "register", "access", "access/keyset", "access/pace", "access/signature", "submission", "egress", "witness", "access/account", "portfolio", "access/sso", "access/service"},
	"api/feeds":       {"articles/audience", "articles/deadlines", "handout", "inbox", "calendar", "document", "access", "agreement", "register", "webhooks", "api/rest", "events"},
	"api/folio":       {"agreement", "api/rest", "articles/exclusivity", "articles/scope", "calendar", "portfolio", "access/sso", "access", "access/account", "register"},
	"api/amending":    {"access", "agreement", "api/rest", "articles", "articles/general", "articles/talks", "calendar", "notary", "register"},
	"api/negotiation": {"access", "agreement", "api/rest", "articles", "articles/changes", "articles/signing", "articles/talks", "document", "document/markdown", "document/redline", "notary", "register"},
	"api/rest":        {"access", "access/pace", "access/signature", "agreement", "articles", "articles/source", "calendar", "egress", "ledger/canonical", "ledger/seal", "meter", "notary", "register"},
	"api/outline":     {},
	"api/people":      {"access", "access/account", "access/signature", "agreement", "api/rest", "notary", "register"},
	"api/components":  {"access", "access/keyset", "agreement", "api/rest", "articles/*", "calendar", "egress", "notary", "register"},
	"api/program":     {"access", "access/service", "api/rest"},
	"api/reference":   {"agreement", "api/outline", "api/rest", "register"},
	"api/typescript":  {"api/outline"},
	"api/record":      {"agreement", "api/rest", "articles", "articles/policy", "articles/carried", "articles/commerce", "articles/performance", "replay", "ledger", "ledger/bundle", "ledger/seal", "ledger/tree", "levels", "meter", "money", "quota", "receipt", "register", "usage"},
	// The console, by families of pages.
	"console":             {"access", "access/pace", "agreement", "articles/margins", "console/*", "events", "handout", "inbox", "ledger", "notary", "register", "access/account", "portfolio", "articles", "submission", "access/sso", "webhooks", "access/service"},
	"console/calls":       {"agreement", "console/frame", "ledger", "meter", "receipt", "replay"},
	"console/amending":    {"access", "agreement", "articles/general", "articles/margins", "calendar", "console/frame", "document", "notary"},
	"console/ending":      {"access", "agreement", "articles", "articles/margins", "articles/term", "calendar", "console/frame", "notary"},
	"console/contract":    {"agreement", "articles", "articles/*", "calendar", "console/amending", "console/ending", "console/frame", "console/keys", "console/record", "console/wording", "document", "notary", "access", "register"},
	"console/programs":    {"access", "access/service", "agreement", "console/frame", "notary"},
	"console/feeds":       {"access", "console/hooks", "console/frame", "handout", "notary", "register"},
	"console/erasure":     {"access", "agreement", "articles", "console/frame", "notary", "register"},
	"console/hooks":       {"access", "agreement", "console/frame", "events", "register", "webhooks"},
	"console/frame":       {"access", "access/pace", "agreement", "articles", "articles/deadlines", "calendar", "document", "document/html", "events", "ledger/canonical", "ledger/seal", "notary", "register", "access/account", "ledger/passkey"},
	"console/drafting":    {"interview", "ledger/seal", "access", "access/account", "agreement", "articles", "articles/*", "calendar", "console/frame", "document/html", "document/redline", "notary", "register", "submission"},
	"console/keys":        {"access", "access/keyset", "access/token", "agreement", "articles", "articles/policy", "articles/integration", "articles/margins", "console/frame", "notary", "register"},
	"console/record":      {"agreement", "articles", "articles/*", "calendar", "console/frame", "document", "ledger", "ledger/*", "notary", "register"},
	"console/sign":        {"access", "access/account", "agreement", "articles/signing", "console/frame", "ledger/canonical", "ledger/passkey", "notary"},
	"console/squeeze":     {},
	"console/timeline":    {"calendar", "console/frame", "console/record"},
	"console/wording":     {"agreement", "document", "document/html"},
	"console/live":        {"access", "agreement", "console/frame", "events", "register"},
	"console/negotiation": {"access", "agreement", "articles", "articles/*", "calendar", "console/frame", "document", "document/html", "document/redline", "notary"},
	"console/overview":    {"agreement", "articles/*", "console/frame", "document", "portfolio"},
	"console/me":          {"articles", "access", "access/account", "access/signature", "console/frame", "ledger/passkey", "register", "agreement", "document", "access/sso"},
	"console/corner":      {"access", "agreement", "egress", "articles/policy", "articles/margins", "articles/openapi", "articles/performance", "notary", "articles/technical", "calendar", "console/frame", "console/keys", "console/plot", "console/record", "console/snippet", "meter", "quota"},
	"console/plot":        {},
	"console/snippet":     {},
	// What people are told, on a page of their own.
	"console/notifications": {"articles/audience", "console/frame", "inbox", "register"},
	// Cellar.
	"files":  {"ledger/canonical", "ledger/seal", "ledger/tree", "notary"},
	"backup": {"files"},
	// One file on the disk, and all that is kept in it.
	"sqlite/disk":    {},
	"sqlite":         {"sqlite/*", "agreement", "ledger", "ledger/tree", "notary", "register"},
	"sqlite/calls":   {"agreement", "articles/commerce", "levels", "meter", "sqlite/disk", "statement"},
	"sqlite/parties": {"access", "access/account", "agreement", "egress", "events", "inbox", "ledger/seal", "mail", "sqlite/disk", "webhooks"},
	// Beside the house: how an agreement begins, how a program asks a node, and the services behind the example.
	"interview":  {"agreement", "articles", "articles/*", "calendar", "document", "money"},
	"client":     {"access/signature", "egress"},
	"demo":       {"demo/prose"},
	"demo/prose": {},
	// The cli wires: the node and the folder are its parts that know the cellar. Terminal, visit and desk are what its commands stand
	// on; the commands are in rooms by what they are about, which do not know each other.
	"cli/logline":     {},
	"cli/doors":       {"gateway/certificate", "gateway/front"},
	"cli/folder":      {"agreement", "articles", "articles/commerce", "articles/signing", "backup", "files", "ledger", "ledger/bundle", "ledger/seal", "ledger/tree", "receipt", "register", "sqlite", "statement"},
	"cli/node":        {"access", "access/account", "access/keyset", "access/proxy", "access/service", "access/sso", "agreement", "api", "api/program", "articles", "articles/policy", "articles/commerce", "articles/margins", "articles/signing", "cli/doors", "cli/folder", "console", "egress", "events", "files", "gateway", "gateway/certificate", "handout", "inbox", "ledger", "ledger/passkey", "ledger/seal", "ledger/tree", "levels", "mail", "meter", "metrics", "notary", "quota", "register", "replay", "sqlite", "statement", "submission", "timestamp", "webhooks", "witness"},
	"cli/terminal":    {"document", "files"},
	"cli/visit":       {"agreement", "articles", "calendar", "cli/folder", "cli/node", "cli/signed", "cli/terminal", "client", "document", "ledger/canonical"},
	"cli/desk":        {"agreement", "articles", "articles/changes", "articles/signing", "articles/source", "calendar", "cli/signed", "cli/terminal", "document", "document/*", "document/pdf/*", "files", "ledger/bundle"},
	"cli/paper":       {"agreement", "articles", "articles/*", "calendar", "cli/desk", "cli/signed", "cli/terminal", "document", "document/docx", "document/incoming", "document/pdf", "document/pdf/object", "files", "interview", "ledger", "ledger/bundle", "ledger/seal", "timestamp"},
	"cli/negotiation": {"agreement", "articles", "articles/signing", "calendar", "cli/desk", "cli/signed", "cli/terminal", "cli/visit", "client", "files"},
	"cli/integration": {"agreement", "cli/terminal", "cli/visit"},
	"cli/calls":       {"cli/terminal", "cli/visit", "files"},
	"cli/life":        {"agreement", "articles/signing", "calendar", "cli/desk", "cli/terminal", "cli/visit", "files"},
	"cli/record":      {"agreement", "articles/carried", "cli/desk", "cli/follow", "cli/folder", "cli/signed", "cli/terminal", "cli/visit", "client", "files", "ledger", "ledger/*"},
	"cli/news":        {"cli/terminal", "cli/visit"},
	"cli/access":      {"cli/terminal", "cli/visit"},
	"cli/follow":      {"client", "files", "ledger/seal", "ledger/tree", "witness"},
	"cli/signed":      {"agreement", "articles", "articles/carried", "articles/draft", "articles/proposal", "articles/signing", "articles/source", "document", "document/docx", "document/incoming", "document/pdf", "document/pdf/*", "files", "ledger", "ledger/bundle", "ledger/canonical", "ledger/passkey", "ledger/seal", "receipt"},
	"cli/example":     {"access", "agreement", "articles", "articles/draft", "articles/integration", "articles/signing", "calendar", "demo", "egress", "files", "notary", "cli/doors", "cli/node", "ledger/passkey", "mail"},
	"cli":             {"access", "access/proxy", "agreement", "api", "articles/draft", "backup", "calendar", "cli/*", "console", "egress", "files", "gateway/certificate", "ledger/bundle", "ledger/passkey", "ledger/seal", "mail", "timestamp"},
	"":                {"cli"},
}

// schedules are those that have a room of their own, because they are large. Like the rooms, they
// know the ground only; the article that they belong to knows them.
var schedules = []string{"technical", "performance"}

// rooms are the thirteen articles: each may import the ground and nothing else of the house.
// Article 2 also knows its two schedules.
var rooms = []string{"scope", "integration", "sharing", "property", "branding", "commerce", "governance", "compliance",
	"warranty", "liability", "confidentiality", "term", "general"}

// contents read the whole agreement.
var contents = []string{"articles", "articles/policy", "articles/form", "articles/house", "articles/rules", "articles/source", "articles/draft", "articles/signing", "articles/carried", "articles/margins", "articles/changes", "articles/talks", "articles/proposal", "articles/sheet", "articles/meaning", "articles/playbook", "articles/telling", "articles/deadlines", "articles/audience", "articles/exclusivity", "articles/intake", "articles/worded"}

var ground = []string{"agreement", "calendar", "document", "money"}

func TestPlanOfTheHouse(t *testing.T) {
	for _, room := range slices.Concat(rooms, schedules) {
		plan["articles/"+room] = ground
		for _, reader := range contents {
			plan[reader] = append(plan[reader], "articles/"+room)
		}
	}
	for _, reader := range contents {
		plan[reader] = append(plan[reader], ground...)
	}
	plan["articles/integration"] = append(slices.Clip(ground), "articles/technical", "articles/performance")
	plan["articles/general"] = append(slices.Clip(ground), "articles/statutes")
	for dir, imports := range houseImports(t) {
		allowed, planned := plan[dir]
		if !planned {
			t.Errorf("package %q is not in the plan of the house", dir)
			continue
		}
		for file, targets := range imports {
			for _, target := range targets {
				if strings.HasSuffix(target, "test") || !permitted(allowed, target) { // what ends in test serves tests only
					t.Errorf("%s imports entente/%s; the plan lets %q import %v", file, target, dir, allowed)
				}
			}
		}
	}
}

// Below the hall nothing reads a clock, a disk, a network or randomness.
func TestPureBelowTheHall(t *testing.T) {
	impure := []string{"os", "net", "net/http", "crypto/rand", "math/rand", "math/rand/v2", "os/exec", "syscall", "database/sql"}
	for dir := range plan {
		if pure := slices.Contains(ground, dir) || strings.HasPrefix(dir, "ledger") || strings.HasPrefix(dir, "document/") || strings.HasPrefix(dir, "articles"); !pure {
			continue
		}
		eachFile(t, dir, func(name string, imports []string, source string) {
			for _, i := range imports {
				if slices.Contains(impure, i) {
					t.Errorf("%s imports %s: below the hall nothing reaches outside", name, i)
				}
			}
			if strings.Contains(source, "time.Now(") || strings.Contains(source, "time.Since(") {
				t.Errorf("%s reads the clock: below the hall time arrives as data", name)
			}
		})
	}
}

// SQL is written in the cellar only; connections leave through egress only.
func TestDangersHaveOneOwner(t *testing.T) {
	for dir := range houseImports(t) {
		eachFile(t, dir, func(name string, imports []string, source string) {
			if dir != "sqlite" && !strings.HasPrefix(dir, "sqlite/") && slices.Contains(imports, "database/sql") {
				t.Errorf("%s imports database/sql; only the cellar does", name)
			}
			for _, call := range []string{"http.DefaultClient", "http.Get(", "http.Post(", "http.DefaultTransport"} {
				if strings.Contains(source, call) {
					t.Errorf("%s uses %s; outgoing connections go through egress", name, call)
				}
			}
		})
	}
}

func permitted(allowed []string, target string) bool {
	for _, a := range allowed {
		if ok, _ := path.Match(a, target); ok {
			return true
		}
	}
	return false
}

// houseImports maps each folder with Go files to its files and what they import of the house.
func houseImports(t *testing.T) map[string]map[string][]string {
	found := map[string]map[string][]string{}
	err := filepath.WalkDir(".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && p != "." || d.Name() == "node_modules" || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(p, ".go") || strings.HasSuffix(p, "_test.go") {
			return nil
		}
		dir := filepath.ToSlash(filepath.Dir(p))
		if dir == "." {
			dir = ""
		}
		if strings.HasSuffix(dir, "test") || strings.HasPrefix(dir, "tests/") || strings.HasPrefix(dir, "interop") {
			return nil // doubles and tools for tests
		}
		imports, _ := parse(t, p)
		if found[dir] == nil {
			found[dir] = map[string][]string{}
		}
		for _, i := range imports {
			if target, ok := strings.CutPrefix(i, "entente/"); ok {
				found[dir][p] = append(found[dir][p], target)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(found) < 20 {
		t.Fatalf("only %d packages were found; the walk is broken", len(found))
	}
	return found
}

func eachFile(t *testing.T, dir string, do func(name string, imports []string, source string)) {
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if !strings.HasSuffix(name, "_test.go") {
			imports, source := parse(t, name)
			do(name, imports, source)
		}
	}
}

func parse(t *testing.T, name string) (imports []string, source string) {
	t.Helper()
	b := readFile(t, name)
	f, err := parser.ParseFile(token.NewFileSet(), name, b, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range f.Imports {
		p, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		imports = append(imports, p)
	}
	return imports, string(b)
}
