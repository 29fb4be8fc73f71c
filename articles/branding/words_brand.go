package branding

import (
	"entente/agreement"
	"entente/document"
)

// Words are the clauses of Schedule E.
func (b Brand) Words(f agreement.Frame) []document.Clause {
	return []document.Clause{
		{Number: "E.1", Title: "Guidelines", Blocks: b.guidelineWords()},
		{Number: "E.2", Title: "Assets and minimum sizes", Blocks: b.assetWords()},
		{Number: "E.3", Title: "Wording", Blocks: b.wordingWords()},
	}
}

func (b Brand) guidelineWords() []document.Block {
	applies := document.Para("This Schedule applies only where [[5.2]] makes the brand guidelines a condition of use.")
	if len(b.Guidelines) == 0 {
		return []document.Block{applies, document.Para("The Parties have agreed no brand guidelines.")}
	}
	var rows [][]document.Text
	for _, g := range b.Guidelines {
		rows = append(rows, document.Row(g.Party.Label(), g.Title, g.edition(), g.source()))
	}
	return []document.Block{
		applies,
		document.Para("The following brand guidelines apply to the use of each Party’s trademarks:"),
		document.Grid([]document.Column{{Title: "Owner", Width: 2}, {Title: "Guidelines", Width: 4}, {Title: "Version", Width: 3}, {Title: "Where", Width: 5}}, rows),
		document.Para("The owner may issue a new version by notice to the other Party. A new version does not apply to material that was published before the notice."),
	}
}

func (g Guideline) edition() string {
	switch {
	case g.Version == "" && g.Date.IsZero():
		return "current"
	case g.Date.IsZero():
		return g.Version
	case g.Version == "":
		return g.Date.Words()
	}
	return g.Version + " of " + g.Date.Words()
}

func (g Guideline) source() string {
	switch {
	case g.Attachment != "":
		return "attachment “" + g.Attachment + "”"
	case g.URL != "":
		return string(g.URL)
	}
	return "from the owner on request"
}

func (b Brand) assetWords() []document.Block {
	if len(b.Assets) == 0 {
		return []document.Block{document.Para("The Parties have listed no brand assets.")}
	}
	var rows, files [][]document.Text
	for _, a := range b.Assets {
		rows = append(rows, document.Row(a.ID, a.Party.Label(), a.Title, a.Kind.words(), a.smallest(), document.Stated(a.ClearSpace, "none stated")))
		files = append(files, document.Row(a.ID, document.Stated(a.Registration, "none stated"), document.Stated(a.File, "none stated"), document.Stated(a.Digest, "none stated")))
	}
	return []document.Block{
		document.Para("The following brand assets may be used under [[5.2]]:"),
		document.Grid([]document.Column{{Title: "Asset", Width: 3}, {Title: "Owner", Width: 2}, {Title: "Description", Width: 4}, {Title: "Kind", Width: 2},
			{Title: "Minimum width", Width: 3}, {Title: "Clear space", Width: 3}}, rows),
		document.Para("They are registered and identified as follows. A file is the asset if its SHA-256 digest is the one stated."),
		document.Grid([]document.Column{{Title: "Asset", Width: 3}, {Title: "Registration", Width: 3}, {Title: "File", Width: 3}, {Title: "Digest", Width: 6}}, files),
	}
}

func (k AssetKind) words() string {
	return map[AssetKind]string{Logo: "logo", Icon: "icon", WordMark: "word mark", ProductName: "product name", Image: "image"}[k]
}

// smallest is the asset's minimum width on screens and in print.
func (a Asset) smallest() document.Text {
	var sizes []string
	if a.MinimumPixels > 0 {
		sizes = append(sizes, document.Count(int64(a.MinimumPixels), "pixel")+" on screens")
	}
	if a.MinimumMillimetres > 0 {
		sizes = append(sizes, document.Count(int64(a.MinimumMillimetres), "millimetre")+" in print")
	}
	return document.Stated(document.Join(sizes), "none stated")
}

func (b Brand) wordingWords() []document.Block {
	if len(b.Wording) == 0 {
		return []document.Block{document.Para("The Parties have agreed no wording.")}
	}
	var rows [][]document.Text
	for _, w := range b.Wording {
		rows = append(rows, document.Row(w.Party.Label(), w.Use.words(), w.Text))
	}
	return []document.Block{
		document.Para("When a Party writes about the other Party in public, it shall use the following wording, and shall not use wording that is marked as to be avoided:"),
		document.Grid([]document.Column{{Title: "About", Width: 2}, {Title: "For", Width: 3}, {Title: "Wording", Width: 9}}, rows),
	}
}

func (u WordingUse) words() string {
	return map[WordingUse]string{Name: "name", Attribution: "attribution", Description: "description", Avoid: "to be avoided"}[u]
}
