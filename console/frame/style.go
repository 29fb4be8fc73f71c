package frame

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"net/http"

	"entente/document/html"
)

//go:embed style.css
var style string

//go:embed passkey.js
var passkeyScript string

//go:embed draft.js
var draftScript string

//go:embed live.js
var liveScript string

//go:embed clock.js
var clockScript string

// A file is a part of the console's own that pages load, under a name that stands for its content.
type file struct{ name, media, content string }

func named(before, after, media, content string) file {
	sum := sha256.Sum256([]byte(content))
	return file{before + "." + hex.EncodeToString(sum[:8]) + after, media, content}
}

// The files that pages load. The one style sheet has the clauses' own rules, then the console's.
var (
	sheetFile   = named("console", ".css", "text/css; charset=utf-8", html.CSS+html.RedlineCSS()+style)
	passkeyFile = named("passkey", ".js", "text/javascript; charset=utf-8", passkeyScript)
	draftFile   = named("draft", ".js", "text/javascript; charset=utf-8", draftScript)
	liveFile    = named("live", ".js", "text/javascript; charset=utf-8", liveScript)
	clockFile   = named("clock", ".js", "text/javascript; charset=utf-8", clockScript)
)

// Style is the path of the style sheet, which changes when the sheet does.
func (Page) Style() string { return "/static/" + sheetFile.name }

// Script is the path of the script of pages that ask for a passkey.
func (Page) Script() string { return "/static/" + passkeyFile.name }

// DraftScript is the path of the script that renews the text beside a form.
func (Page) DraftScript() string { return "/static/" + draftFile.name }

// LiveScript is the path of the script that shows a page as it is now.
func (Page) LiveScript() string { return "/static/" + liveFile.name }

// ClockScript is the path of the script that shows times on the reader's clocks.
func (Page) ClockScript() string { return "/static/" + clockFile.name }

// Static serves the files that pages load.
func Static(w http.ResponseWriter, r *http.Request) error {
	for _, f := range []file{sheetFile, passkeyFile, draftFile, liveFile, clockFile} {
		if r.PathValue("file") == f.name {
			w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
			w.Header().Set("Content-Type", f.media)
			w.Write([]byte(f.content))
			return nil
		}
	}
	return ErrAbsent
}
