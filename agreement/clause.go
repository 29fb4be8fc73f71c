package agreement

import (
	"strings"

	"entente/document"
)

// A Clause is a clause or schedule by its number: "6.1", "C"; "0" is the front page and "S" the
// signatures.
type Clause string

// The parts of an agreement that have no number of their own.
const (
	FrontPage      Clause = "front"
	SignatureBlock Clause = "signatures"
	WholeFile      Clause = "file" // the agreement file as a file, in findings
)

// Cite is how a sentence names it: "clause 6.1", "Schedule C", "the front page".
func (c Clause) Cite() string {
	switch c {
	case FrontPage:
		return "the front page"
	case SignatureBlock:
		return "the signatures"
	case WholeFile:
		return "the file"
	}
	return document.Cite(string(c))
}

// Title is what the clause is about: "Revenue model".
func (c Clause) Title() string {
	for _, e := range Catalogue {
		if e.Clause == c {
			return e.Title
		}
	}
	return ""
}

// Says is the clause with its number, its title and what it says.
func (c Clause) Says(blocks ...document.Block) document.Clause {
	return document.Clause{Number: string(c), Title: c.Title(), Blocks: blocks}
}

// Section is the key of the clause's part in the agreement file: "commerce", "schedule_c".
func (c Clause) Section() string {
	switch {
	case c == FrontPage:
		return "agreement"
	case c == SignatureBlock:
		return "general"
	case len(c) == 1 && c[0] >= 'A' && c[0] <= 'G':
		return "schedule_" + strings.ToLower(string(c))
	}
	number, _, _ := strings.Cut(string(c), ".")
	for _, a := range Articles {
		if a.Number == number {
			return a.Section
		}
	}
	return ""
}

// An Article is a chapter of the agreement and its section in the file.
type Article struct{ Number, Section, Title string }

// Articles are the thirteen articles in order.
var Articles = []Article{
	{"1", "scope", "Scope"},
	{"2", "integration", "Technical integration"},
	{"3", "sharing", "Data sharing"},
	{"4", "property", "Intellectual property"},
	{"5", "branding", "Marketing and branding"},
	{"6", "commerce", "Commercials"},
	{"7", "governance", "Governance"},
	{"8", "compliance", "Compliance and security"},
	{"9", "warranty", "Warranties"},
	{"10", "liability", "Indemnity and liability"},
	{"11", "confidentiality", "Confidentiality"},
	{"12", "term", "Term and termination"},
	{"13", "general", "General"},
}

// An Entry of the catalogue is one clause that the agreement always has.
type Entry struct {
	Clause Clause
	Title  string
}

// Catalogue is every clause and schedule, in order. Numbers never change with what is chosen.
var Catalogue = []Entry{
	{FrontPage, "Front page"},
	{"1.1", "Purpose"}, {"1.2", "Integration scope"}, {"1.3", "Tier"},
	{"2.1", "Access"}, {"2.2", "Integration requirements"}, {"2.3", "Standards"}, {"2.4", "Support"},
	{"3.1", "Scope of data sharing"}, {"3.2", "Use of shared data"}, {"3.3", "Data protection"}, {"3.4", "AI training"},
	{"4.1", "Background IP"}, {"4.2", "Integration IP"}, {"4.3", "Licences"}, {"4.4", "Improvements"},
	{"5.1", "Co-marketing"}, {"5.2", "Trademarks"}, {"5.3", "Leads"},
	{"6.1", "Revenue model"}, {"6.2", "Pricing"}, {"6.3", "Payment"},
	{"7.1", "Steering committee and contacts"}, {"7.2", "Decisions"}, {"7.3", "Reviews"},
	{"8.1", "AI compliance"}, {"8.2", "Security"}, {"8.3", "Audit"},
	{"9.1", "Warranties of each party"}, {"9.2", "Warranties of technology"}, {"9.3", "Disclaimer"},
	{"10.1", "Indemnity"}, {"10.2", "Limits of liability"},
	{"11.1", "Confidential information"}, {"11.2", "Duties"}, {"11.3", "Duration"},
	{"12.1", "Term"}, {"12.2", "Termination for cause"}, {"12.3", "Effects of termination"}, {"12.4", "Existing customers"},
	{"13.1", "Governing law"}, {"13.2", "Disputes"}, {"13.3", "Assignment"}, {"13.4", "Entire agreement"},
	{"13.5", "Amendments"}, {"13.6", "Publicity"}, {"13.7", "Non-exclusivity"}, {"13.8", "Notices"}, {"13.9", "Force majeure"}, {"13.10", "Severability"},
	{SignatureBlock, "Signatures"},
	{"A", "Technical specifications"}, {"B", "Security requirements"}, {"C", "Performance standards"},
	{"D", "IP allocation"}, {"E", "Brand guidelines"}, {"F", "Lead referral"}, {"G", "Key performance indicators"},
}
