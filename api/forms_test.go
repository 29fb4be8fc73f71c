package api_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"mime/quotedprintable"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"entente/agreement"
	"entente/articles"
	"entente/articles/draft"
	"entente/articles/rules"
	"entente/articles/source"
	"entente/document/docx"
	"entente/document/html"
	"entente/document/pdf"
	"entente/document/pdf/object"
	"entente/events"
	"entente/inbox"
	"entente/ledger"
	"entente/mail"
	"entente/mail/mailtest"
)

// attacks are texts that would be more than text in one of the forms in which an agreement is handed out.
var attacks = []string{
	`=cmd|' /C calc'!A0`, `+1;=HYPERLINK("https://evil.example")`, `-1+1`, `@SUM(A1)`, `"; =1`,
	`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `<a href="javascript:alert(1)">x</a>`, `' onmouseover='alert(1)`, `</style><style>*{}`, `]]><!--`,
	`) /S /JavaScript /JS (app.alert(1)) >> endobj 9 0 obj << /OpenAction (`, `>> stream BT (x) Tj ET endstream endobj`, `\) /A << /S /URI /URI (https://evil.example) >>`,
	`</w:t></w:r><w:fldSimple w:instr="DDEAUTO c:\\windows\\system32\\cmd.exe"/>`, `{ HYPERLINK "https://evil.example" }`, `{ INCLUDEPICTURE "https://evil.example/x.png" }`,
	`;VALUE=URI:https://evil.example`, `END:VEVENT`, `ATTACH:https://evil.example`, `\nEND:VALARM\n`,
	`Bcc: evil@evil.example`, `=?utf-8?q?x=0D=0ABcc:evil@evil.example?=`, `x" <evil@evil.example>`,
}

// plain stands in the place of an attack where nobody attacks.
const plain = "Plain 😀 text"

// A place is a member of a struct.
type place struct {
	in   reflect.Type
	name string
}

// freeText are the members of an agreement that are text without a type of their own, and that the rules leave to
// whoever writes them.
func freeText(t *testing.T) map[place]bool {
	a := example()
	known := map[place]bool{}
	eachText(reflect.ValueOf(&a).Elem(), func(at place, field reflect.Value) {
		if _, tried := known[at]; tried {
			return
		}
		before := field.String()
		field.SetString(plain + " " + before)
		known[at] = !slices.ContainsFunc(rules.Check(a), func(f agreement.Finding) bool { return f.Severity == agreement.Error })
		field.SetString(before)
	})
	maps.DeleteFunc(known, func(at place, free bool) bool { return !free || at.in == reflect.TypeFor[agreement.Attachment]() }) // an attachment stands under its name
	if len(known) < 40 {
		t.Fatalf("only %d members are free text", len(known))
	}
	return known
}

// written is the example with a text before every free text of it, that of the n-th chosen by n. It checks.
func written(t *testing.T, free map[place]bool, text func(n int) string) articles.Agreement {
	a, n := example(), 0
	eachText(reflect.ValueOf(&a).Elem(), func(at place, field reflect.Value) {
		if free[at] {
			field.SetString(text(n) + " " + field.String())
			n++
		}
	})
	file, _ := source.Read("agreement.yaml", draft.Write(a))
	if found := file.Check(); source.Count(found, agreement.Error) > 0 {
		t.Fatalf("the agreement does not check: %v", found)
	}
	return a
}

// eachText calls with every text of a value that is a string and of no type of its own.
func eachText(v reflect.Value, with func(place, reflect.Value)) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			eachText(v.Elem(), with)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			member, field := v.Type().Field(i), v.Field(i)
			switch {
			case !member.IsExported():
			case field.Type() == reflect.TypeFor[string]() && field.CanSet() && field.String() != "":
				with(place{v.Type(), member.Name}, field)
			default:
				eachText(field, with)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			eachText(v.Index(i), with)
		}
	}
}

// Forms are an agreement in every form in which it leaves the node.
type forms map[string][]byte

// hand gives an agreement out in every form.
func hand(t *testing.T, a articles.Agreement) forms {
	out := forms{}
	write := func(name string, to func(io.Writer) error) {
		var b bytes.Buffer
		must(t, to(&b))
		out[name] = b.Bytes()
	}
	write("agreement.html", func(w io.Writer) error { return html.Write(w, a.Draft()) })
	write("agreement.docx", func(w io.Writer) error { return docx.Write(w, a.Draft(), time.Time{}, nil) })
	write("agreement.pdf", func(w io.Writer) error { return pdf.Write(w, a.Draft(), pdf.Setting{}) })

	h := newHouse(t)
	relay := mailtest.Start(t, &mailtest.Server{})
	h.accounts.Mail.Relay = &mail.Relay{Address: relay.Address, From: "entente@node.example"}
	p := h.settle(a)
	for _, table := range []string{"deadlines", "keys", "ledger", "milestones", "usage"} {
		out[table+".csv"] = h.ok(p.people[technicalB], "GET", "/api/v1/agreements/"+p.id+"/tables/"+table+"?format=csv", nil, nil).body
	}
	var made struct{ Agreement string }
	h.ok(p.people[technicalB], "POST", "/api/v1/calendars", map[string]string{"label": "phone"}, &made)
	out["agreement.ics"] = h.ok("", "GET", made.Agreement, nil, nil).body
	h.ok(p.people[signatoryA], "POST", "/api/v1/invitations", map[string]string{"person": "jonas-lindqvist"}, nil)
	h.tell(p, a.Integration.Requirements[0].Title)
	must(t, h.accounts.Mail.Deliver(t.Context()))
	if n := len(relay.Letters()); n < 6 {
		t.Errorf("only %d letters came", n)
	}
	count := map[string]int{}
	for _, l := range relay.Letters() {
		count[l.To]++
		name := fmt.Sprintf("%s %d", l.To, count[l.To])
		out[name+".eml"] = []byte(l.Body)
		header := l.To
		for _, name := range slices.Sorted(maps.Keys(l.Header)) {
			header += "\n" + fmt.Sprint(len(l.Header[name])) + " " + name
		}
		out[name+".header"] = []byte(header + "\n" + l.Header.Get("To") + "\n" + l.Header.Get("From"))
	}
	return out
}

// tell gives notice of a breach in somebody's words, and posts the letters to everyone who is told of anything.
func (h *house) tell(p partnership, words string) {
	h.t.Helper()
	h.ok(p.people[legalA], "POST", "/api/v1/agreements/"+p.id+"/breaches", map[string]string{"what": words}, nil)
	reader := events.Reader{Register: h.register, Source: func(ctx context.Context, id agreement.ID) ledger.Source { return h.store.Source(ctx, id) }}
	planner := &inbox.Planner{Register: h.register, Reader: reader, Store: h.store, Now: h.clock, Log: slog.New(slog.DiscardHandler)}
	postman := &inbox.Postman{Register: h.register, Store: h.store, Cabinet: h.store, Mail: h.accounts.Mail, Origin: "https://node.example", Now: h.clock, Rand: rand.Reader, Log: slog.New(slog.DiscardHandler)}
	must(h.t, planner.Plan(h.t.Context()))
	must(h.t, postman.Write(h.t.Context()))
	must(h.t, h.accounts.Mail.Deliver(h.t.Context()))
}

// Whatever people write into an agreement, what leaves the node is made as if they had written something plain: no
// markup, field, action, header, line or formula comes of it.
func TestWhatPeopleWriteIsTextInEveryForm(t *testing.T) {
	free := freeText(t)
	want := made(t, hand(t, written(t, free, func(int) string { return plain })))
	for turn := range 3 {
		hostile := written(t, free, func(n int) string { return attacks[(n*7+turn*5)%len(attacks)] })
		got := made(t, hand(t, hostile))
		for form := range maps.Keys(want) {
			for part := range got[form] {
				if !want[form][part] {
					t.Errorf("turn %d, %s: an attack became %s", turn, form, part)
				}
			}
			if len(got[form]) == 0 {
				t.Errorf("turn %d: nothing was read of %s", turn, form)
			}
		}
	}
}

// made is what each form is made of, apart from text.
func made(t *testing.T, all forms) map[string]map[string]bool {
	out := map[string]map[string]bool{}
	for name, content := range all {
		kind := name[strings.LastIndexByte(name, '.')+1:]
		parts := map[string]bool{}
		read := map[string]func(*testing.T, []byte, func(string)){"html": tagsOf, "docx": packageOf, "pdf": objectsOf, "ics": linesOf, "csv": cellsOf, "eml": letterOf,
			"header": func(_ *testing.T, b []byte, is func(string)) { is(string(b)) }}[kind]
		read(t, content, func(part string) { parts[part] = true })
		out[name] = parts
	}
	return out
}

var (
	tagForm   = regexp.MustCompile(`<(!?/?[^\s<>/]*)([^<>]*)>?`)
	quoteForm = regexp.MustCompile(`([\w:-]+)="([^"]*)"`)
	digits    = regexp.MustCompile(`[0-9]+`)
)

// tagsOf are the elements with the names of their attributes. Addresses count as they are, without their numbers.
func tagsOf(_ *testing.T, b []byte, is func(string)) {
	for _, tag := range tagForm.FindAllStringSubmatch(string(b), -1) {
		name := tag[1]
		for _, a := range quoteForm.FindAllStringSubmatch(tag[2], -1) {
			name += " " + a[1]
			if a[1] == "href" || a[1] == "src" {
				name += "=" + digits.ReplaceAllString(strings.SplitN(a[2], "#", 2)[0], "0")
			}
		}
		is("<" + name + "> with " + digits.ReplaceAllString(quoteForm.ReplaceAllString(tag[2], ""), "0"))
	}
}

// packageOf are the files of a package, their elements with the names of their attributes, and what fields and
// relationships say.
func packageOf(t *testing.T, b []byte, is func(string)) {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	must(t, err)
	for _, f := range z.File {
		is(f.Name)
		r, err := f.Open()
		must(t, err)
		d := xml.NewDecoder(r)
		within := ""
		for {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			must(t, err)
			switch x := token.(type) {
			case xml.StartElement:
				within = x.Name.Local
				name := f.Name + " " + within
				for _, a := range x.Attr {
					name += " " + a.Name.Local
					if within == "Relationship" || a.Name.Local == "instr" {
						name += "=" + a.Value
					}
				}
				is(name)
			case xml.CharData:
				if within == "instrText" {
					is("field " + string(x))
				}
			}
		}
		must(t, r.Close())
	}
}

// objectsOf are the names in the dictionaries of a PDF, and the values of those that say what something is.
func objectsOf(t *testing.T, b []byte, is func(string)) {
	f, err := object.Read(b)
	must(t, err)
	seen := map[object.Ref]bool{}
	var walk func(v object.Value)
	walk = func(v object.Value) {
		if ref, ok := v.(object.Ref); ok {
			if seen[ref] {
				return
			}
			seen[ref] = true
		}
		v, err := f.Resolve(v)
		must(t, err)
		switch x := v.(type) {
		case object.Dict:
			for key, value := range x {
				is("/" + string(key))
				if name, ok := value.(object.Name); ok && slices.Contains([]object.Name{"Type", "Subtype", "S"}, key) {
					is(fmt.Sprintf("/%s /%s", key, name))
				}
				walk(value)
			}
		case *object.Stream:
			walk(x.Dict)
		case object.Array:
			for _, value := range x {
				walk(value)
			}
		}
	}
	walk(f.Trailer)
}

// linesOf are the properties of a calendar with their parameters, and what begins and ends.
func linesOf(_ *testing.T, b []byte, is func(string)) {
	for line := range strings.SplitSeq(strings.ReplaceAll(string(b), "\r\n ", ""), "\r\n") {
		if strings.ContainsAny(line, "\r\n\x00") {
			is("a broken line")
		}
		name, value, _ := strings.Cut(line, ":")
		if name == "BEGIN" || name == "END" || name == "ACTION" {
			name += ":" + value
		}
		is(name)
	}
}

// cellsOf are the cells of a table that a spreadsheet would take for a formula, however it parts the lines.
func cellsOf(t *testing.T, b []byte, is func(string)) {
	for _, comma := range ",;\t" {
		r := csv.NewReader(bytes.NewReader(b))
		r.Comma, r.LazyQuotes, r.FieldsPerRecord = comma, true, -1
		rows, err := r.ReadAll()
		must(t, err)
		for _, row := range rows {
			for _, cell := range row {
				for line := range strings.Lines(cell) {
					if strings.ContainsAny(line[:1], "=+-@\t\r\x00") {
						is("the formula " + cell)
					}
				}
			}
		}
	}
	is("a table")
}

// letterOf is the markup of what a letter says, which is written beside its text in lines that are broken.
func letterOf(t *testing.T, b []byte, is func(string)) {
	_, markup, _ := strings.Cut(string(b), "Content-Type: text/html")
	read, err := io.ReadAll(quotedprintable.NewReader(strings.NewReader(markup)))
	must(t, err)
	tagsOf(t, regexp.MustCompile(`(enter/|agr_|itm_)[\w-]+`).ReplaceAll(read, []byte("${1}x")), is)
}
