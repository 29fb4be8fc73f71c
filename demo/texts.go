package demo

import (
	_ "embed"
	"strings"
)

// What the callers of the example send, written for it: news and product notes, and what people
// search for. The companies and places in them do not exist.
var (
	//go:embed texts/english.txt
	englishTexts string
	//go:embed texts/german.txt
	germanTexts string
	//go:embed texts/queries.txt
	queryTexts string

	englishArticles = strings.Split(strings.TrimSpace(englishTexts), "\n\n")
	germanArticles  = strings.Split(strings.TrimSpace(germanTexts), "\n\n")
	queries         = strings.Split(strings.TrimSpace(queryTexts), "\n")
)

// guide is what Tidewater tells the summariser each time: long enough to be counted as cached when it comes
// again.
const guide = `You write the abstracts that appear below the results of a search. Readers see them for two or three seconds and decide whether to open the document. Follow these rules.
Keep to what the document says; add no knowledge of your own and no opinion. Name who did what, where and when, if the document does. Figures, dates and names must be exactly as they are in the document.
Do not begin with words such as "this article" or "the author". Do not address the reader. Do not use lists, headings, links or emphasis.
Keep the language of the document: an English document gets an English abstract, a German document a German one.
If the document is a notice about safety, such as a recall or a warning, what the reader has to do comes before everything else.
If there is nothing to summarise, say so in one sentence.`
