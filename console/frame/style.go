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

// Style is the path of the style sheet, which changes when the sheet does.
func (Page) Style() string { return "/static/" + sheetName }

// Static serves the style sheet under a name that stands for its content.
func Static(w http.ResponseWriter, r *http.Request) error {
	if r.PathValue("file") != sheetName {
		return ErrAbsent
	}
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Write([]byte(sheet))
	return nil
}
