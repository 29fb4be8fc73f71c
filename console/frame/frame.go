// Package frame is what the pages of the console share: how a page is made from a template and one
// style sheet, who visits, how a form is read and carried out once, and how a refusal is told.
//
// What people wrote is shown as text and never becomes markup; every refusal names its clause.
package frame

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	"entente/agreement"
	"entente/document"
)

//go:embed pages/*.html
var shared embed.FS

// A Page is what every template gets.
type Page struct {
	Title string
	Tab   string // which of the main pages it belongs to: "agreement", "ledger"
	In    *Visit // nil for strangers
	Asks  bool   // it has a form that asks for a passkey
	// Follows is the stream, below the agreement's path, that says when the page is another than it was;
	// empty for pages that do not change or are made once, as answers to forms are.
	Follows string
	Body    any
}

// Happenings is the stream of what happens under an agreement, below the agreement's path.
const Happenings = "/happenings"

// Unasked is the header of requests that a page makes by itself to show what is new. They do not count as use
// of the session.
const Unasked = "Entente-Unasked"

// Following is the stream that a page follows which was asked for and can be asked for again: that of the agreement, or
// that below a path of it. The answer to a form follows none.
func Following(r *http.Request, below string) string {
	if r.Method != http.MethodGet {
		return ""
	}
	return below + Happenings
}

// Pages are a family's templates by name, each with the frame that all share.
type Pages map[string]*template.Template

// Parse reads the templates in the folder "pages" of files, which are part of the program, with those in
// the folders "parts" that other families share.
func Parse(files embed.FS, parts ...embed.FS) Pages {
	base := template.Must(template.New("frame").Funcs(template.FuncMap{
		"said": Said, "plain": Plain, "moment": moment, "clock": clock, "verbatim": document.Visible, "heading": Heading,
		"cite": func(c agreement.Clause) string { return c.Cite() },
	}).ParseFS(shared, "pages/*.html"))
	for _, part := range parts {
		template.Must(base.ParseFS(part, "parts/*.html"))
	}
	names, err := fs.Glob(files, "pages/*.html")
	if err != nil {
		panic(err) // the pattern is part of the program
	}
	all := Pages{}
	for _, name := range names {
		all[strings.TrimSuffix(path.Base(name), ".html")] = template.Must(template.Must(base.Clone()).ParseFS(files, name))
	}
	return all
}

// Said is text that people wrote, as it reads: what is hidden or would reorder other text is shown
// by its name, and a name that is read from right to left keeps to its own place.
func Said(s string) template.HTML {
	return template.HTML("<bdi>" + strings.ReplaceAll(template.HTMLEscapeString(document.Visible(s)), "\n", "<br>") + "</bdi>")
}

// Plain is Said for places that hold text alone, such as a title or an option.
func Plain(s string) string {
	return strings.ReplaceAll(document.Visible(s), "\n", " ")
}

// Instant is how pages show a time to the second, on the clocks of a zone that it names.
const Instant = "2 Jan 2006, 15:04:05 MST"

// moment is a time on the clocks of a zone, to the second. The instant beside it is for programs; by its offset a script
// tells whether the reader's clocks show another time.
func moment(t time.Time, zone *time.Location) template.HTML { return on(t, zone, Instant) }

// clock is moment to the minute.
func clock(t time.Time, zone *time.Location) template.HTML {
	return on(t, zone, "2 Jan 2006, 15:04 MST")
}

func on(t time.Time, zone *time.Location, layout string) template.HTML {
	return template.HTML(fmt.Sprintf(`<time datetime="%s">%s</time>`, t.In(zone).Format(time.RFC3339Nano), template.HTMLEscapeString(t.In(zone).Format(layout))))
}

// Counted is a number with its noun.
func Counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprint(n) + " " + many
}

// Heading is a clause as it stands at the head of a line: "Clause 3.2, Use of shared data".
func Heading(c agreement.Clause) string {
	text := c.Cite()
	text = strings.ToUpper(text[:1]) + text[1:]
	if title := c.Title(); title != "" && c != agreement.FrontPage && c != agreement.SignatureBlock {
		text += ", " + title
	}
	return text
}

// Show writes a whole page, or nothing if it cannot be made. Whoever does not read it to its end has
// left: that is no error.
func (all Pages) Show(w http.ResponseWriter, status int, name string, p Page) error {
	var b bytes.Buffer
	if err := all[name].ExecuteTemplate(&b, "frame.html", p); err != nil {
		return fmt.Errorf("making the page %s: %w", name, err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	w.Write(b.Bytes())
	return nil
}

// Download sends bytes to be kept, under a name of ours.
func Download(w http.ResponseWriter, media, name string, b []byte) error {
	w.Header().Set("Content-Type", media)
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	w.Header().Set("Content-Length", strconv.Itoa(len(b)))
	w.Write(b) // whoever does not read it to its end has left
	return nil
}
