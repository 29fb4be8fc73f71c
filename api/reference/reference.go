// Package reference is the API's document as people read it: pages at /api, one for each part of the API,
// with who may call each operation, what it takes and answers, how it can be refused, and a command that
// asks for it.
//
// The pages are made from the document alone, so they cannot say anything else; they need no script, and
// they fetch nothing.
package reference

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"sync"

	"entente/agreement"
	"entente/api/outline"
	"entente/api/rest"
	"entente/register"
)

var (
	//go:embed style.css
	style string
	//go:embed pages.html
	source string

	// policy lets the pages be nothing but text in their own style.
	policy = "default-src 'none'; style-src 'sha256-" + digest(style) + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// pages are the templates; what is said in the document stands in backticks where it is code.
var pages = template.Must(template.New("").Funcs(template.FuncMap{
	"style": func() template.CSS { return template.CSS(style) }, //nolint:gosec // our own
	"said":  said, "who": who, "paragraphs": func(s string) []string { return strings.Split(s, "\n\n") },
}).Parse(source))

// Media is what the pages are.
const Media = "text/html; charset=utf-8"

// Serve adds the pages to a desk. They are read from its document when they are first asked for.
func Serve(d *rest.Desk) {
	read := sync.OnceValues(func() (*outline.Document, error) {
		raw, err := d.Document()
		if err != nil {
			return nil, fmt.Errorf("writing the reference: %w", err)
		}
		return outline.Read(raw)
	})
	rest.Add(d, rest.Operation{Method: http.MethodGet, Path: "/api", ID: "get-reference", Tag: "node", Media: Media,
		Summary: "This document, to be read by people", About: "What holds for all operations, and a list of them."},
		func(context.Context, rest.Visit, *rest.Nothing) (*page, error) {
			doc, err := read()
			if err != nil {
				return nil, err
			}
			return write("index", part{Document: doc})
		})
	rest.Add(d, rest.Operation{Method: http.MethodGet, Path: "/api/{part}", ID: "get-reference-part", Tag: "node", Media: Media,
		Summary: "The operations of one part of the API, to be read by people", About: "With who may call each, what it takes and answers, and a command that asks for it."},
		func(_ context.Context, _ rest.Visit, in *partPath) (*page, error) {
			doc, err := read()
			if err != nil {
				return nil, err
			}
			i := slices.IndexFunc(doc.Tags, func(t outline.Tag) bool { return t.Name == in.Part })
			if i < 0 {
				return nil, register.ErrUnknown
			}
			return write("part", part{doc, doc.Tags[i]})
		})
}

type partPath struct {
	Part string `path:"part" maxLength:"40" doc:"A part as the document names it: keys, usage."`
}

// A part is what a page shows: one part of the API, or all of it where it has no name.
type part struct {
	*outline.Document
	Part outline.Tag
}

// A page is an answer that a browser shows.
type page struct {
	Type   string `header:"Content-Type" hidden:"true"`
	Policy string `header:"Content-Security-Policy" hidden:"true"`
	Body   []byte
}

func write(name string, about any) (*page, error) {
	var out bytes.Buffer
	if err := pages.ExecuteTemplate(&out, name, about); err != nil {
		return nil, fmt.Errorf("writing the reference: %w", err)
	}
	return &page{Media, policy, out.Bytes()}, nil
}

// said is a text of the document: what stands in backticks is code.
func said(text string) template.HTML {
	var out strings.Builder
	for i, piece := range strings.Split(text, "`") {
		if i%2 == 0 {
			template.HTMLEscape(&out, []byte(piece))
			continue
		}
		out.WriteString("<code>")
		template.HTMLEscape(&out, []byte(piece))
		out.WriteString("</code>")
	}
	return template.HTML(out.String()) //nolint:gosec // every piece is escaped
}

// who may call an operation, in words.
func who(o outline.Operation) string {
	if o.Roles == nil {
		return "Everyone, without a token"
	}
	var all []string
	for _, name := range o.Roles {
		switch name {
		case rest.Anyone:
			all = append(all, "everybody of the agreement")
		case rest.Operator:
			all = append(all, "the node’s operator")
		default:
			all = append(all, "the "+agreement.Role(name).Label())
		}
	}
	whose := map[string]string{"own": ", on what is of their party", "other": ", on what is of the other party", "self": ", on what is their own"}[o.Whose]
	text := strings.Join(all, ", ") + whose
	return strings.ToUpper(text[:1]) + text[1:]
}
