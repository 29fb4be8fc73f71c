package branding

import (
	"regexp"

	"entente/agreement"
	"entente/calendar"
)

// Brand is Schedule E in the agreement file.
type Brand struct {
	// The brand guidelines of the parties.
	Guidelines []Guideline `json:"guidelines,omitempty"`
	// The brand assets that may be used: logos, word marks, product names.
	Assets []Asset `json:"assets,omitempty"`
	// Wording that is to be used, or avoided, when a party writes about the other.
	Wording []Wording `json:"wording,omitempty"`
}

// Guideline is a document that says how a party's brand is used.
type Guideline struct {
	// The party whose brand it is.
	Party agreement.Party `json:"party"`
	// The title of the guidelines.
	Title string `json:"title"`
	// The version of the guidelines that applies.
	Version string `json:"version,omitempty"`
	// The date of that version.
	Date calendar.Date `json:"date,omitzero"`
	// The name of the attachment on the front page that contains the guidelines.
	Attachment string `json:"attachment,omitempty"`
	// The web address where the guidelines can be read.
	URL agreement.URL `json:"url,omitempty"`
}

// Asset is a thing that carries a party's brand.
type Asset struct {
	// A short name by which material refers to the asset: lower-case letters, digits and hyphens.
	ID string `json:"id"`
	// The party that owns the asset.
	Party agreement.Party `json:"party"`
	// What the asset is, as people call it: "Calluna logo, two colours".
	Title string `json:"title"`
	// The kind of asset.
	Kind AssetKind `json:"kind"`
	// The number under which the trademark is registered, with the register.
	Registration string `json:"registration,omitempty"`
	// The name of the file.
	File string `json:"file,omitempty"`
	// The SHA-256 digest of the file, as sha256: and 64 hexadecimal digits. A use is compared with it.
	Digest string `json:"digest,omitempty"`
	// The smallest width on screens, in pixels.
	MinimumPixels int `json:"minimum_pixels,omitempty"`
	// The smallest width in print, in millimetres.
	MinimumMillimetres int `json:"minimum_millimetres,omitempty"`
	// The space that stays free around the asset: "the height of the letter C on every side".
	ClearSpace string `json:"clear_space,omitempty"`
}

// AssetKind is a kind of brand asset.
type AssetKind string

// The kinds of brand assets.
const (
	Logo        AssetKind = "logo"
	Icon        AssetKind = "icon"
	WordMark    AssetKind = "word_mark"
	ProductName AssetKind = "product_name"
	Image       AssetKind = "image"
)

// Values lists what a file may say.
func (AssetKind) Values() []string {
	return []string{"logo", "icon", "word_mark", "product_name", "image"}
}

// Drawn reports whether the asset is a picture, which can be too small or altered.
func (k AssetKind) Drawn() bool { return k == Logo || k == Icon || k == Image }

var digestForm = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)

// Wording is a phrase about a party.
type Wording struct {
	// The party that the wording is about.
	Party agreement.Party `json:"party"`
	// What the wording is for.
	Use WordingUse `json:"use"`
	// The wording.
	Text string `json:"text"`
}

// WordingUse is what a phrase is for.
type WordingUse string

// The uses of wording.
const (
	Name        WordingUse = "name"        // how the party or its product is named
	Attribution WordingUse = "attribution" // the line that credits the party
	Description WordingUse = "description" // what the party does, in its own words
	Avoid       WordingUse = "avoid"       // what is not to be said
)

// Values lists what a file may say.
func (WordingUse) Values() []string { return []string{"name", "attribution", "description", "avoid"} }
