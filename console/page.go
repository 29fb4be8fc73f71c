package console

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/document"
	"entente/document/html"
	"entente/notary"
	"entente/register"
)

//go:embed pages/*.html
var pageFiles embed.FS

//go:embed style.css
var style string

// sheet is the one style sheet: the clauses' own rules, then the console's.
var (
	sheet     = html.CSS + style
	sheetSum  = sha256.Sum256([]byte(sheet))
	sheetName = "console." + hex.EncodeToString(sheetSum[:8]) + ".css"
)

// A page is what every template gets.
type page struct {
	Title string
	Tab   string // which of the two main pages it belongs to: "agreement", "ledger"
	In    *visit // nil for strangers
	Body  any
}

// Style is the path of the style sheet, which changes when the sheet does.
func (page) Style() string { return "/static/" + sheetName }

// templates are the pages by name, each with the frame that all share.
var templates = parsePages()

func parsePages() map[string]*template.Template {
	shared := template.Must(template.New("frame").Funcs(template.FuncMap{
		"said": said, "plain": plain, "moment": moment, "verbatim": document.Visible,
		"cite": func(c agreement.Clause) string { return c.Cite() },
	}).ParseFS(pageFiles, "pages/frame.html", "pages/marks.html"))
	names, err := fs.Glob(pageFiles, "pages/*.html")
	if err != nil {
		panic(err) // the pattern is part of the program
	}
	all := map[string]*template.Template{}
	for _, name := range names {
		all[strings.TrimSuffix(path.Base(name), ".html")] = template.Must(template.Must(shared.Clone()).ParseFS(pageFiles, name))
	}
	return all
}

// said is text that people wrote, as it reads: what is hidden or would reorder other text is shown
// by its name, and a name that is read from right to left keeps to its own place.
func said(s string) template.HTML {
	return template.HTML("<bdi>" + strings.ReplaceAll(template.HTMLEscapeString(document.Visible(s)), "\n", "<br>") + "</bdi>")
}

// plain is said for places that hold text alone, such as a title or an option.
func plain(s string) string {
	return strings.ReplaceAll(document.Visible(s), "\n", " ")
}

// moment is a time on the clocks of a zone, to the second, with the instant for programs.
func moment(t time.Time, zone *time.Location) template.HTML {
	return template.HTML(fmt.Sprintf(`<time datetime="%s">%s</time>`, t.UTC().Format(time.RFC3339Nano),
		template.HTMLEscapeString(t.In(zone).Format("2 Jan 2006, 15:04:05 MST"))))
}

// show writes a whole page, or nothing if it cannot be made.
func (c *Console) show(w http.ResponseWriter, status int, name string, p page) error {
	var b bytes.Buffer
	if err := templates[name].ExecuteTemplate(&b, "frame.html", p); err != nil {
		return fmt.Errorf("making the page %s: %w", name, err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, err := w.Write(b.Bytes())
	if err != nil {
		c.Log.Debug("a page was not read to its end", "page", name, "error", err)
	}
	return nil
}

// static serves the style sheet under a name that stands for its content.
func (c *Console) static(w http.ResponseWriter, r *http.Request) error {
	if r.PathValue("file") != sheetName {
		return errAbsent
	}
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	_, err := w.Write([]byte(sheet))
	if err != nil {
		c.Log.Debug("the style sheet was not read to its end", "error", err)
	}
	return nil
}

// What goes wrong at this door alone.
var (
	errAbsent  = errors.New("there is no such page")
	errForeign = errors.New("the request came from another site")
	errForm    = errors.New("the form is not one of ours")
	errBroken  = errors.New("the page panicked")
)

// A trouble is an error as a page shows it.
type trouble struct {
	Title, Text string
	Advice      string
	Again       string // where a link that says “continue” leads, if there is one
}

// fail is the one place where errors become pages. What went wrong inside is logged and not shown.
func (c *Console) fail(w http.ResponseWriter, r *http.Request, v *visit, err error) {
	status, t := c.explain(r, err)
	if status == http.StatusInternalServerError {
		c.Log.Error("a page failed", "method", r.Method, "pattern", r.Pattern, "error", err)
	}
	if err := c.show(w, status, "trouble", page{Title: t.Title, In: v, Body: t}); err != nil {
		c.Log.Error("the error page failed", "error", err)
		w.WriteHeader(http.StatusInternalServerError)
	}
}

func (c *Console) explain(r *http.Request, err error) (int, trouble) {
	var refusal *agreement.Refusal
	var tooLarge *http.MaxBytesError
	switch {
	case errors.Is(err, access.ErrNoEntry):
		return http.StatusForbidden, notEntered(r)
	case errors.Is(err, errAbsent), errors.Is(err, register.ErrUnknown):
		return http.StatusNotFound, trouble{Title: "There is nothing here", Text: "The page does not exist, or it is not yours to see.",
			Advice: "If someone sent you this address, ask them whether you and they are people of the same agreement."}
	case errors.Is(err, errForeign):
		return http.StatusForbidden, trouble{Title: "Another site sent this", Text: "Nothing was done: the request did not come from a page of this node.",
			Advice: "Open the agreement here and do it again."}
	case errors.As(err, &refusal):
		return statusOf(refusal), trouble{Title: "Not done", Text: "The agreement does not allow it: " + refusal.Error() + "."}
	case errors.Is(err, notary.ErrKeyReused):
		return http.StatusConflict, trouble{Title: "This form was sent before", Text: "It was sent with other content the first time, so nothing was done now.",
			Advice: "Open the clause again and fill in the form that is there now."}
	case errors.Is(err, notary.ErrReadOnly), errors.Is(err, notary.ErrClock):
		return http.StatusServiceUnavailable, trouble{Title: "Nothing can be recorded now", Text: "The agreement can be read and verified, but not written: " + public(err) + ".",
			Advice: "Ask the operator of this node."}
	case errors.As(err, &tooLarge):
		return http.StatusRequestEntityTooLarge, trouble{Title: "The form is too long", Text: "Nothing was done.", Advice: "Put long evidence into a document and name it here."}
	case errors.Is(err, errForm):
		return http.StatusBadRequest, trouble{Title: "The form cannot be read", Text: "Nothing was done: the request is not one that our pages make.", Advice: "Open the agreement and use the form that is there."}
	}
	return http.StatusInternalServerError, trouble{Title: "Something went wrong here", Text: "The fault is on our side. It has been written down for the operator of this node.",
		Advice: "Whether your last act was recorded, the ledger says. A form may be sent again: it is never carried out twice."}
}

// public is as much of an error as a person of the agreement may read.
func public(err error) string {
	if errors.Is(err, notary.ErrClock) {
		return notary.ErrClock.Error()
	}
	return "its ledger has entries that this release cannot read"
}

// notEntered is the page for those without a session. A browser that follows a link from elsewhere
// withholds the session's cookie, so it is shown the way on, by a link of our own.
func notEntered(r *http.Request) trouble {
	if fromElsewhere(r) {
		return trouble{Title: "Continue to Entente", Text: "You followed a link from elsewhere.", Again: r.URL.EscapedPath()}
	}
	return trouble{Title: "Please enter first", Text: "You have not entered on this browser, or your visit has ended.",
		Advice: "Enter by the one-time link that was made for you. If you have none, ask the operator of this node for one."}
}

// fromElsewhere reports whether a browser followed a link on another site or in a letter.
func fromElsewhere(r *http.Request) bool {
	return r.Method == http.MethodGet && r.Header.Get("Sec-Fetch-Site") == "cross-site"
}

// statusOf tells refusals for want of authority from those for the state of things.
func statusOf(refusal *agreement.Refusal) int {
	if refusal.Clause == "7.1" {
		return http.StatusForbidden
	}
	return http.StatusConflict
}
