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

// sheet is the one style sheet: the clauses' own rules, then the console's.
var (
	sheet     = html.CSS + html.RedlineCSS() + style
	sheetSum  = sha256.Sum256([]byte(sheet))
	sheetName = "console." + hex.EncodeToString(sheetSum[:8]) + ".css"
)

//go:embed passkey.js
var script string

// The script of the pages that ask for a passkey.
var (
	scriptSum  = sha256.Sum256([]byte(script))
	scriptName = "passkey." + hex.EncodeToString(scriptSum[:8]) + ".js"
)

// Script is the path of the script, which changes when the script does.
func (Page) Script() string { return "/static/" + scriptName }

// Style is the path of the style sheet, which changes when the sheet does.
func (Page) Style() string { return "/static/" + sheetName }

// Static serves the style sheet and the script, each under a name that stands for its content.
func Static(w http.ResponseWriter, r *http.Request) error {
	file, media := sheet, "text/css; charset=utf-8"
	switch r.PathValue("file") {
	case sheetName:
	case scriptName:
		file, media = script, "text/javascript; charset=utf-8"
	default:
		return ErrAbsent
	}
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	w.Header().Set("Content-Type", media)
	w.Write([]byte(file))
	return nil
}
