package articles

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"entente/agreement"
	"entente/articles/house"
	"entente/document"
)

// Notice is stamped on everything unsigned.
const Notice = "This is a draft made from a template. The template is information and not legal advice; have a lawyer review it before you sign."

// Wording is the agreement as a contract: front page, recitals, definitions, thirteen articles,
// signature block and Schedules A to G. It is what the parties sign, so it carries no notice and
// nothing that changes after signing.
func (a Agreement) Wording() document.Document {
	return a.House.Apply(a.template(), reflect.ValueOf(a))
}

// Template is the agreement as the template words it, without wording of the parties' own.
func (a Agreement) Template() document.Document {
	a.House = house.Terms{}
	return a.template()
}

func (a Agreement) template() document.Document {
	f := a.Frame()
	d := titles(f)
	for _, p := range Parts() {
		if p.words != nil {
			d.Sections = append(d.Sections, p.words(a, f))
		}
	}
	return d
}

func titles(f agreement.Frame) document.Document {
	return document.Document{
		Title:    "AI Integration Partnership Agreement",
		Subtitle: named(f.Parties.A.Name, "Party A") + " and " + named(f.Parties.B.Name, "Party B"),
		Number:   f.Front.Number,
		Language: "en",
	}
}

// A wording is what an article or a schedule says.
type wording func(agreement.Frame) []document.Clause

// articles are the wordings of the articles in order.
func (a Agreement) articles() []wording {
	return []wording{a.Scope.Words, a.Integration.Words, a.Sharing.Words, a.Property.Words, a.Branding.Words, a.Commerce.Words,
		a.Governance.Words, a.Compliance.Words, a.Warranty.Words, a.Liability.Words, a.Confidentiality.Words, a.Term.Words, a.General.Words}
}

// A schedule is its terms, what it says, and what it says instead, under a title of its own, where nothing
// is filled in and the agreement integrates nothing.
type schedule struct {
	terms       any
	words       wording
	title, idle string
}

func (a Agreement) schedules() []schedule {
	return []schedule{
		{a.ScheduleA, a.ScheduleA.Words, "Components", "The Parties list no Component in [[1.2]], so this Schedule specifies none."},
		{a.ScheduleB, a.ScheduleB.Words, "Requirements", "The Parties have agreed no security requirements."},
		{a.ScheduleC, a.ScheduleC.Words, "Service levels", "The Parties have agreed no service levels."},
		{a.ScheduleD, a.ScheduleD.Words, "Joint developments", "The Parties have allocated no joint development."},
		{a.ScheduleE, a.ScheduleE.Words, "Guidelines", "The Parties have agreed no brand guidelines."},
		{a.ScheduleF, a.ScheduleF.Words, "Referral process", "The Parties have agreed no referral process."},
		{a.ScheduleG, a.ScheduleG.Words, "Indicators", "The Parties have agreed no key performance indicators."},
	}
}

func (a Agreement) schedule(i int, f agreement.Frame) []document.Clause {
	s := a.schedules()[i]
	if len(f.Components) == 0 && agreement.Blank(s.terms) {
		return []document.Clause{{Number: fmt.Sprintf("%c.1", 'A'+i), Title: s.title, Blocks: []document.Block{document.Para(s.idle)}}}
	}
	return s.words(f)
}

// TemplateOf is the article or the schedule of a clause as the template words it; nil if it is part of neither.
func (a Agreement) TemplateOf(c agreement.Clause) []document.Clause {
	if i := slices.IndexFunc(agreement.Articles, func(one agreement.Article) bool { return one.Section == c.Section() }); i >= 0 && c != agreement.SignatureBlock {
		return a.articles()[i](a.Frame())
	}
	if len(c) == 1 && c >= "A" && c <= "G" {
		return a.schedule(int(c[0]-'A'), a.Frame())
	}
	return nil
}

// Draft is the wording as it would be signed, with the notice that it is not signed yet.
func (a Agreement) Draft() document.Document { return a.Labelled(Label{}) }

// Labelled is the wording as it is signed, under a label.
func (a Agreement) Labelled(l Label) document.Document { return l.On(a.Complete().Wording()) }

// A Label is what a document says of the text that it shows: a draft, which is the zero Label, a version
// that was proposed, or one that both parties signed.
type Label struct {
	Version int
	Signed  bool
}

// On is a wording with the label on each page and, unless it is signed, the notice.
func (l Label) On(d document.Document) document.Document {
	d.Version = l.String()
	if !l.Signed {
		d.Notice = Notice
	}
	return d
}

func (l Label) String() string {
	switch {
	case l.Version == 0:
		return "draft"
	case l.Signed:
		return fmt.Sprintf("version %d", l.Version)
	}
	return fmt.Sprintf("version %d, proposed", l.Version)
}

// ParseLabel reads a label as a document has it; what is none is a draft's.
func ParseLabel(s string) Label {
	digits, _ := strings.CutPrefix(strings.TrimSuffix(s, ", proposed"), "version ")
	n, _ := strconv.Atoi(digits)
	for _, l := range []Label{{n, true}, {n, false}} {
		if n > 0 && l.String() == s {
			return l
		}
	}
	return Label{}
}

func (a Agreement) frontPage(f agreement.Frame) document.Section {
	items := []document.Field{
		document.Of("Partnership number", f.Front.Number),
		document.Of("Date of the Agreement", f.Front.Dated.Words()),
		document.Of("Effective Date", f.Effective().Words()),
	}
	if day := f.Front.Amended; !day.IsZero() {
		items = append(items, document.Of("This version applies from", day.Words()))
	}
	items = append(items,
		document.Of("Time zone", f.Front.TimeZone),
		document.Of("Business Days", businessDays(f.Front.Calendar)),
		document.Of("Currency", string(f.Front.Currency)),
		document.Of("Language", languageName(f.Front.Language)),
		document.Of("Template edition", a.Edition),
	)
	return document.Section{Kind: document.Front, ID: "front-page", Title: "The Agreement and its Parties", Clauses: []document.Clause{
		{Number: "0.1", Title: "Agreement", Blocks: append([]document.Block{document.Labelled(items...)}, attachments(f.Front)...)},
		{Number: "0.2", Title: "Party A", Blocks: []document.Block{partyFields(f.Parties.A)}},
		{Number: "0.3", Title: "Party B", Blocks: []document.Block{partyFields(f.Parties.B)}},
	}}
}

// languageName is how a contract names its language; by its tag where the name is not known.
func languageName(tag string) string {
	if base, _, _ := strings.Cut(tag, "-"); tag == "" || base == "en" {
		return "English"
	}
	return tag
}

func attachments(front agreement.Front) []document.Block {
	var rows [][]document.Text
	for _, at := range front.Attachments {
		rows = append(rows, document.Row(at.Name, at.File, at.Digest))
	}
	if len(rows) == 0 {
		return []document.Block{document.Para("No document is attached.")}
	}
	return []document.Block{
		document.Para("The following documents are attached. They are part of this Agreement, as the files with these digests:"),
		document.Grid([]document.Column{{Title: "Attachment", Width: 3}, {Title: "File", Width: 2}, {Title: "SHA-256 digest", Width: 5}}, rows),
	}
}

func partyFields(p agreement.PartyTerms) document.Block {
	fields := []document.Field{document.Of("Legal name", p.Name)}
	if p.ShortName != "" {
		fields = append(fields, document.Of("Short name", p.ShortName))
	}
	fields = append(fields, document.Of("Registered address", p.Address))
	if p.Registration != "" {
		fields = append(fields, document.Of("Registration", p.Registration))
	}
	fields = append(fields, document.Of("Contact", contact(p.Contact)), document.Of("Provides", p.Provides))
	if p.SigningKey != "" {
		fields = append(fields, document.Of("Signing key", p.SigningKey))
	}
	return document.Labelled(fields...)
}

func contact(c agreement.Contact) document.Text {
	return document.Values(c.Name, string(c.Email), c.Phone)
}

func businessDays(c agreement.BusinessCalendar) string {
	off := []string{"Saturday", "Sunday"}
	if len(c.Weekend) > 0 {
		off = nil
		for _, w := range c.Weekend {
			if w != "" {
				off = append(off, document.Capital(string(w)))
			}
		}
	}
	text := "every day"
	if len(off) > 0 {
		text += " except " + document.Join(off)
	}
	if len(c.Holidays) == 0 {
		return text
	}
	var days []string
	for _, h := range c.Holidays {
		days = append(days, h.Words())
	}
	joint := " except "
	if len(off) > 0 {
		joint = ", and except "
	}
	return text + joint + document.Join(days)
}

func (a Agreement) recitals(f agreement.Frame) document.Section {
	together := "The Parties wish to work together for the purposes that they have chosen in [[1.1]]"
	if len(f.Components) > 0 {
		together += ", with the Components listed in [[1.2]]"
	}
	return document.Section{Kind: document.Matter, ID: "recitals", Title: "Recitals", Clauses: []document.Clause{
		{Number: "0.4", Title: "Background", Blocks: []document.Block{document.Lettered(
			document.T("Party A provides %s.", f.Parties.A.Provides),
			document.T("Party B provides %s.", f.Parties.B.Provides),
			document.T(together+"."),
			document.T("The Parties intend that this Agreement can be carried out, measured and verified by software as well as read."),
		)}},
	}}
}

// definitions are the terms that the template uses with a capital letter, and how to read it.
func (a Agreement) definitions(f agreement.Frame) document.Section {
	var items []document.Text
	for _, d := range defined {
		meaning := d[1]
		if other, ok := unintegrated[d[0]]; ok && len(f.Components) == 0 {
			meaning = other
		}
		items = append(items, document.T("**"+d[0]+"** "+meaning))
	}
	reading := []document.Text{
		document.T("A box that is marked has been chosen and binds the Parties. A box that is not marked has not been chosen, and its text does not bind; it remains visible so that every reader can see what was left out."),
		document.T("Where boxes are round, the Parties have chosen exactly one."),
		document.T("A table without rows creates no right or duty."),
		document.T("A date begins and ends in the time zone stated on the front page (%s).", f.Front.TimeZone),
		document.T("Where a period runs from an event, the day of the event does not count. A period of months or years then ends on the day of the month that has the same number as the day of the event or, if that month has no such day, on its last day. Where a period begins with a day, that day counts, and [[12.1]] says how the period ends. A period of hours runs from hour to hour, on every day."),
		document.T("The schedules are part of this Agreement. If a schedule contradicts an article, the article prevails. Within [[3]], [[3.4]] prevails over [[3.2]]."),
		document.T("The numbers of the clauses are the same in every agreement made from this template, whatever the Parties choose."),
	}
	if own := a.House.Clauses(); len(own) > 0 {
		reading = append(reading, document.T("The Parties have worded the following themselves, in whole or in part: %s. All else is the template’s wording.", references(own)))
	}
	return document.Section{Kind: document.Matter, ID: "definitions", Title: "Definitions and reading", Clauses: []document.Clause{
		{Number: "0.5", Title: "Defined terms", Blocks: []document.Block{document.Bulleted(items...)}},
		{Number: "0.6", Title: "How to read this Agreement", Blocks: []document.Block{document.Lettered(reading...)}},
	}}
}

// references are clauses as a sentence lists them.
func references(clauses []agreement.Clause) document.Text {
	var all document.Text
	for i, c := range clauses {
		switch {
		case i > 0 && i == len(clauses)-1:
			all = append(all, document.Run{Text: " and "})
		case i > 0:
			all = append(all, document.Run{Text: ", "})
		}
		all = append(all, document.Run{Text: c.Cite(), Ref: string(c)})
	}
	return all
}

// DefinedTerms are the terms that clause 0.5 defines.
func DefinedTerms() []string {
	all := []string{"Parties"}
	for _, d := range defined {
		all = append(all, d[0])
	}
	return all
}

// defined are the defined terms, in alphabetical order.
var defined = [][2]string{
	{"Agreement", "means this agreement with its schedules and attachments, in the version in force."},
	{"AI model", "means a model that infers from its input how to make output such as text, vectors, predictions or decisions, with its parameters."},
	{"Background IP", "means the intellectual property that a Party owned before the Effective Date or creates outside this Agreement."},
	{"Business Day", "means a day that the front page counts as one."},
	{"Component", "means a piece of technology listed in [[1.2]]."},
	{"Confidential Information", "means the information described in [[11.1]]."},
	{"Effective Date", "means the date stated as such on the front page."},
	{"Integrated Solution", "means Components of both Parties working together."},
	{"Integration IP", "means the intellectual property that arises from integrating the Components."},
	{"Party", "means Party A or Party B as named on the front page, and **Parties** means both."},
	{"Personal Data", "means information relating to an identified or identifiable natural person."},
	{"Record", "means the signed record of what is done under this Agreement. Each Party can read all of it, and neither can change it alone."},
	{"Shared Data", "means data that one Party makes available to the other under [[3]]."},
}

// unintegrated is what defined terms mean where the agreement lists no Component.
var unintegrated = map[string]string{
	"Integrated Solution": "means what the Parties develop, offer or market together for the purposes of [[1.1]].",
	"Integration IP":      "means the intellectual property that arises from what the Parties do together under this Agreement.",
}

func (a Agreement) signatures(f agreement.Frame) document.Section {
	block := func(p agreement.Party) document.Block {
		s := document.Signature{Party: named(f.Parties.Of(p).Name, p.Label())}
		if who := f.Holders(p, agreement.Signatory); len(who) > 0 {
			s.Name, s.Title = who[0].Name, who[0].Title
		}
		return document.Block{Signature: &s}
	}
	from := document.T("This Agreement is in force from the Effective Date or, if later, from the second signature.")
	if day := f.Front.Amended; !day.IsZero() {
		from = document.T("This version of this Agreement applies from %s or, if later, from the second signature. Until then, the version before applies.", day.Words())
	}
	return document.Section{Kind: document.Signatures, ID: "signatures", Title: "Signatures", Clauses: []document.Clause{
		{Number: string(agreement.SignatureBlock), Unnumbered: true, Blocks: []document.Block{
			document.Para("Each Party signs this Agreement by its signatory, or by whom its signatory lets sign under [[7.1]]. Both sign the same manifest, which fixes the terms, this wording, the template’s edition, the attachments and the version before. %s", from),
			document.Para("A signature must be made with a passkey, or with a key that the person who signs or the Party holds, unless the following box is marked."),
			document.Ticks(document.Tick(a.General.Signatures.Simple, "**Simple electronic signatures.** The person who signs may also do so by a code that is sent to that person’s e-mail address in [[7.1]], or with a key that whoever keeps the Record holds for the Party.")),
			block(agreement.A), block(agreement.B),
		}},
	}}
}

func named(name, otherwise string) string {
	if name == "" {
		return fmt.Sprintf("[%s]", otherwise)
	}
	return name
}
