package docx

import (
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"strings"
	"time"

	"entente/document"
)

const declaration = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"

// The namespaces of ECMA-376 and of the tick boxes that came after it.
const (
	wordprocessing = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
	relationships  = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	packages       = "http://schemas.openxmlformats.org/package/2006/"
	root           = ` xmlns:w="` + wordprocessing + `" xmlns:r="` + relationships + `"` +
		` xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"` +
		` xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" mc:Ignorable="w14"`
)

// escape is text that the parties wrote, as XML. Characters that XML cannot hold have been named before.
func escape(s string) string {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(s)); err != nil {
		panic(fmt.Sprintf("docx: writing to memory: %v", err))
	}
	return b.String()
}

// flat is text on one line.
func flat(s string) string { return escape(strings.ReplaceAll(document.Visible(s), "\n", " ")) }

func contentTypes(attached bool) string {
	const main = "application/vnd.openxmlformats-officedocument.wordprocessingml."
	var b strings.Builder
	b.WriteString(declaration + `<Types xmlns="` + packages + `content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>`)
	override := func(name, kind string) {
		b.WriteString(`<Override PartName="` + name + `" ContentType="` + kind + `"/>`)
	}
	override("/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml")
	override("/docProps/app.xml", "application/vnd.openxmlformats-officedocument.extended-properties+xml")
	override("/word/document.xml", main+"document.main+xml")
	for _, name := range []string{"styles", "numbering", "settings", "header", "footer"} {
		override("/word/"+name+".xml", main+name+"+xml")
	}
	if attached {
		override("/customXml/itemProps1.xml", "application/vnd.openxmlformats-officedocument.customXmlProperties+xml")
	}
	return b.String() + `</Types>`
}

func relations(all ...[2]string) string {
	b := declaration + `<Relationships xmlns="` + packages + `relationships">`
	for i, r := range all {
		b += fmt.Sprintf(`<Relationship Id="rId%d" Type="%s" Target="%s"/>`, i+1, r[0], r[1])
	}
	return b + `</Relationships>`
}

var packageRelations = relations(
	[2]string{relationships + "/officeDocument", "word/document.xml"},
	[2]string{packages + "relationships/metadata/core-properties", "docProps/core.xml"},
	[2]string{relationships + "/extended-properties", "docProps/app.xml"})

// The header is rId1 and the footer rId2 in the document.
func documentRelations(attached bool) string {
	all := [][2]string{
		{relationships + "/header", "header.xml"}, {relationships + "/footer", "footer.xml"},
		{relationships + "/styles", "styles.xml"}, {relationships + "/numbering", "numbering.xml"}, {relationships + "/settings", "settings.xml"},
	}
	if attached {
		all = append(all, [2]string{relationships + "/customXml", "../customXml/item1.xml"})
	}
	return relations(all...)
}

func core(d document.Document, at time.Time) string {
	stamp := at.UTC().Format(time.RFC3339)
	element := func(name, value string) string {
		if value == "" {
			return ""
		}
		return "<" + name + ">" + flat(value) + "</" + name + ">"
	}
	return declaration + `<cp:coreProperties xmlns:cp="` + packages + `metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">` +
		element("dc:title", d.Title) + element("dc:subject", d.Subtitle) + element("dc:identifier", d.Number) + element("cp:version", d.Version) + element("dc:language", d.Tag()) +
		`<dcterms:created xsi:type="dcterms:W3CDTF">` + stamp + `</dcterms:created><dcterms:modified xsi:type="dcterms:W3CDTF">` + stamp + `</dcterms:modified></cp:coreProperties>`
}

const application = declaration + `<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"><Application>Entente</Application></Properties>`

const settings = declaration + `<w:settings` + root + `><w:zoom w:percent="100"/><w:defaultTabStop w:val="425"/><w:characterSpacingControl w:val="doNotCompress"/>` +
	`<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>`

func header(d document.Document) string {
	return declaration + `<w:hdr` + root + `><w:p><w:pPr><w:pStyle w:val="Header"/></w:pPr><w:r><w:rPr><w:i/></w:rPr><w:t xml:space="preserve">` + flat(d.Title) +
		`</w:t></w:r><w:r><w:tab/><w:t xml:space="preserve">` + flat(d.Running()) + `</w:t></w:r></w:p></w:hdr>`
}

func footer(d document.Document) string {
	notice := ""
	if d.Notice != "" {
		notice = `<w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr><w:r><w:rPr><w:i/></w:rPr><w:t xml:space="preserve">` + flat(d.Notice) + `</w:t></w:r></w:p>`
	}
	return declaration + `<w:ftr` + root + `>` + notice + `<w:p><w:pPr><w:pStyle w:val="Footer"/><w:jc w:val="right"/></w:pPr>` +
		words("Page ") + field("PAGE", "1") + words(" of ") + field("NUMPAGES", "1") + `</w:p></w:ftr>`
}

func words(s string) string { return `<w:r><w:t xml:space="preserve">` + escape(s) + `</w:t></w:r>` }

func field(instruction, result string) string {
	return `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> ` + instruction + ` </w:instrText></w:r>` +
		`<w:r><w:fldChar w:fldCharType="separate"/></w:r>` + words(result) + `<w:r><w:fldChar w:fldCharType="end"/></w:r>`
}

// SourceNamespace names the part that carries the agreement file: an element "agreement" whose text is the
// file in base64, and whose attributes are the agreement's number, what the document says of its version, and the fingerprint of its
// wording.
const SourceNamespace = "urn:entente:agreement:1"

func attached(d document.Document, source []byte) []part {
	return []part{
		{"customXml/item1.xml", declaration + `<agreement xmlns="` + SourceNamespace + `" number="` + flat(d.Number) + `" version="` + flat(d.Version) + `" wording="` + Fingerprint(d) + `">` + base64.StdEncoding.EncodeToString(source) + `</agreement>`},
		{"customXml/itemProps1.xml", declaration + `<ds:datastoreItem xmlns:ds="http://schemas.openxmlformats.org/officeDocument/2006/customXml" ds:itemID="{6F1B2E0C-5A7D-4E43-9C58-0B6D3A1E7F24}"><ds:schemaRefs><ds:schemaRef ds:uri="` + SourceNamespace + `"/></ds:schemaRefs></ds:datastoreItem>`},
		{"customXml/_rels/item1.xml.rels", relations([2]string{relationships + "/customXmlProps", "itemProps1.xml"})},
	}
}
