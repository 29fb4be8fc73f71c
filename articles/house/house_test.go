package house_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"entente/agreement"
	"entente/articles"
	"entente/articles/articlestest"
	"entente/articles/draft"
	"entente/articles/house"
	"entente/articles/rules"
	"entente/articles/source"
	"entente/document"
	"entente/document/markdown"
)

// with is the example with texts of its own.
func with(t house.Terms) articles.Agreement {
	a := draft.Example(articlestest.Day)
	a.House = t
	return a
}

func replaced(clause, option, text string) house.Terms {
	return house.Terms{Replaced: []house.Passage{{Clause: clause, Option: option, Text: text}}}
}

// said is what a clause says, as Markdown.
func said(a articles.Agreement, number string) string {
	d := a.Complete().Wording()
	for _, s := range d.Sections {
		for _, c := range s.Clauses {
			if c.Number == number {
				d.Sections = []document.Section{{Kind: s.Kind, Clauses: []document.Clause{{Blocks: c.Blocks}}}}
				d.Title, d.Subtitle, d.Number = "", "", ""
				return strings.TrimSpace(strings.TrimPrefix(string(markdown.Of(d)), "- **Language:** en\n"))
			}
		}
	}
	return ""
}

// faults are the errors that checking finds in texts of the parties' own, without their hints.
func faults(a articles.Agreement) []string {
	var all []string
	for _, one := range rules.Settle(found(a)) {
		if one.Severity == agreement.Error {
			all = append(all, fmt.Sprintf("%s %d: %s", strings.TrimPrefix(one.Rule, "wording-"), one.Row, one.Message))
		}
	}
	return all
}

// found is what checking the texts alone finds.
func found(a articles.Agreement) agreement.Findings {
	whole, list := a.Complete(), agreement.Findings{}
	a.House.Check(house.Contract{Terms: reflect.ValueOf(&whole).Elem(), Template: func() document.Document { return whole.Template() },
		Clauses: func(of agreement.Clause) []document.Clause { return whole.TemplateOf(of) }, Defined: articles.DefinedTerms()}, &list)
	return list
}

func TestATextSaysTheTerms(t *testing.T) {
	for _, c := range []struct{ name, clause, text, want string }{
		{"a number with what it counts", "13.6", "Within {commerce.payment.net_days day}.", "Within thirty (30) days."},
		{"a number alone", "13.6", "By day {commerce.payment.invoicing_day}.", "By day five (5)."},
		{"a percentage, a duration and an amount", "13.6", "{commerce.payment.late_interest}; {commerce.payment.dispute_window}; {liability.limits.cap.amount}",
			"9 %; fifteen (15) days; EUR 250,000.00 (two hundred and fifty thousand euros)"},
		{"a choice and a list of choices", "13.6", "{scope.tier} and {commerce.revenue.deductions}", "preferred and taxes, refunds, credits and payment fees"},
		{"a row of a table", "13.6", "{commerce.revenue.shares[0].component} keeps {commerce.revenue.shares[0].a}", "summarise keeps 80 %"},
		{"paragraphs and lines", "13.6", "One\nline.\n\nAnother.", "One line.\n\nAnother."},
		{"lists", "13.6", "- one\n  more\n- two\n\n(a) three\n(b) four", "- one more\n- two\n\n* (a) three\n* (b) four"},
		{"a box that is marked and one that is not", "13.6", "[commerce.payment.netting] Set off.\n[commerce.payment.minimum] Below {commerce.payment.minimum}.",
			"- [x] Set off.\n- [ ] Below \\[not agreed\\]."},
		{"boxes of a list", "13.6", "[commerce.revenue.deductions = taxes] Taxes.\n[commerce.revenue.deductions = chargebacks] Chargebacks.", "- [x] Taxes.\n- [ ] Chargebacks."},
		{"a choice with what stands under it", "13.6", "(scope.tier = preferred) Yes.\n\n  For {commerce.payment.net_days day}.\n\n(scope.tier = exclusive) No.",
			"- (x) Yes.\n\n  For thirty (30) days.\n\n- ( ) No."},
		{"a reference, bold words and a brace", "13.6", "**Now**: [[6.3]] and [[C]], {{so}.", "**Now**: clause 6.3 and Schedule C, \\{so\\}."},
		{"a reference that begins a sentence", "13.6", "[[6.3]] applies. [[C]] too, as [[6]] says.", "Clause 6.3 applies. Schedule C too, as Article 6 says."},
		{"a table of the file", "13.6", "{commerce.revenue.shares}", "| Component | Base | Of | Description | Party A | Party B |"},
		{"markup that is none of ours", "13.6", "<b>x</b> & [a](javascript:b) `c`", "\\<b\\>x\\</b\\> & \\[a\\](javascript:b) \\`c\\`"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := said(with(replaced(c.clause, "", c.text)), c.clause)
			if table := strings.HasPrefix(c.want, "|"); table && !strings.HasPrefix(got, c.want) || !table && got != c.want {
				t.Error(cmp.Diff(c.want, got))
			}
		})
	}
}

// The name of a box stays, and so does what stands under it.
func TestABoxKeepsItsNameAndWhatStandsUnderIt(t *testing.T) {
	before, got := said(with(house.Terms{}), "10.2"), said(with(replaced("10.2", "Raised cap", "The cap is {liability.limits.raised.amount}, for:")), "10.2")
	want := strings.Replace(before, "For the following claims, the total liability of each Party does not exceed EUR 1,000,000.00 (one million euros) instead:",
		"The cap is EUR 1,000,000.00 (one million euros), for:", 1)
	if want == before || got != want {
		t.Error(cmp.Diff(want, got))
	}
}

// An addition stands after the template's words, and clause 0.6 says which clauses are not the template's alone.
func TestAnAdditionStandsBehind(t *testing.T) {
	a := with(house.Terms{Added: []house.Addition{{Clause: "C.1", Text: "More."}, {Clause: "9.3", Text: "And more."}}})
	if got := said(a, "9.3"); got != said(with(house.Terms{}), "9.3")+"\n\nAnd more." {
		t.Error(got)
	}
	if got := said(a, "0.6"); !strings.Contains(got, "The Parties have worded the following themselves, in whole or in part: clause 9.3 and Schedule C.1.") {
		t.Error(got)
	}
	if a.Template().Sections[5].Clauses[0].Number != "3.1" || strings.Contains(string(markdown.Of(a.Template())), "And more.") {
		t.Error("the template's wording has words of the parties' own")
	}
}

// A name of one word needs no quotation marks; what is used as a term is used needs a definition.
func TestANameIsNoTerm(t *testing.T) {
	for text, want := range map[string]string{
		"Each Party tells the Bundesnetzagentur.":            "wording-name",
		"This follows the Zollkodex of the Union.":           "wording-name",
		"It meets on the first Monday and each January.":     "",
		"The Calluna service and the GitHub account stay.":   "",
		"Each Party tells the “Registry” of it.":             "",
		"The Bundesnetzagentur shall be told.":               "wording-defined",
		"It covers each Deliverable.":                        "wording-defined",
		"The Bundesnetzagentur’s decision counts.":           "wording-name",
		"A Party informs the European Commission of it.":     "",
		"The Élysée is told, and the EU and an API are too.": "wording-name",
	} {
		got := ""
		for _, one := range found(with(house.Terms{Added: []house.Addition{{Clause: "6.3", Text: text}}})) {
			if one.Rule != "wording-own" {
				got = one.Rule
			}
		}
		if got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

// What a text leaves out is looked for in its article alone, and not without end.
func TestSilenceIsLookedForWithinBounds(t *testing.T) {
	a := with(replaced("3.1", "", "Only {sharing.data[0].title}, {sharing.data[0].name}."))
	for range 400 {
		a.Sharing.Data = append(a.Sharing.Data, a.Sharing.Data[0])
	}
	whole, list, worded := a.Complete(), agreement.Findings{}, 0
	a.House.Check(house.Contract{Terms: reflect.ValueOf(&whole).Elem(), Template: func() document.Document { return whole.Template() },
		Clauses: func(of agreement.Clause) []document.Clause { worded++; return whole.TemplateOf(of) }, Defined: articles.DefinedTerms()}, &list)
	if worded > 100 || len(list) == 0 {
		t.Errorf("article 3 was worded %d times; %d findings", worded, len(list))
	}
}

func TestAFaultyTextSaysWhatIsWrong(t *testing.T) {
	const interest = "Interest is {commerce.payment.late_interest}."
	for _, c := range []struct {
		name  string
		terms house.Terms
		want  []string
	}{
		{"nothing is wrong", replaced("6.3", "Late interest", interest), nil},
		{"no such clause", replaced("6.4", "", "x"), []string{`place 0: "6.4" is no clause of an article or of a schedule`}},
		{"the definitions", replaced("0.5", "", "x"), []string{`place 0: "0.5" is no clause of an article or of a schedule`}},
		{"no such box", replaced("6.3", "Late fees", interest), []string{`place 0: clause 6.3 has no box named "Late fees"`}},
		{"twice", house.Terms{Replaced: []house.Passage{{"6.3", "Late interest", interest}, {"6.3", "Late interest", interest}}}, []string{"place 0: clause 6.3 has a text of its own already"}},
		{"an unknown term", replaced("6.3", "Late interest", interest+" {commerce.payment.net_day}"), []string{`text 1: "commerce.payment.net_day" is no term of the agreement file`}},
		{"a group", replaced("6.3", "Late interest", interest+" {commerce.payment}"), []string{"text 1: commerce.payment holds several terms"}},
		{"a box within a sentence", replaced("6.3", "Late interest", interest+" {commerce.payment.netting}"), []string{"text 1: commerce.payment.netting is a box and has no words"}},
		{"a count of what is no number", replaced("6.3", "Late interest", "Interest is {commerce.payment.late_interest point}."), []string{`text 1: commerce.payment.late_interest is no number, so it does not count "point"`}},
		{"what is not agreed and binds", replaced("6.3", "Late interest", interest+" From {commerce.payment.minimum}."), []string{"text 1: commerce.payment.minimum is not agreed, and the text binds all the same"}},
		{"what is not agreed and does not bind", replaced("6.3", "Small amounts", "Below {commerce.payment.minimum}."), nil},
		{"what is not agreed, in a paragraph", house.Terms{Added: []house.Addition{{"6.3", "x\n\nFrom {commerce.payment.minimum}."}}}, []string{"text 3: commerce.payment.minimum is not agreed, and the text binds all the same"}},
		{"a reference to nothing", replaced("6.3", "Late interest", interest+"\n[[6.9]]"), []string{"text 2: [[6.9]] refers to nothing: the contract has no clause 6.9"}},
		{"a silent box", replaced("6.3", "Late interest", "As the law says."), []string{"silent 0: the text does not say commerce.payment.late_interest, which is agreed as 9 %"}},
		{"an unclosed brace", replaced("6.3", "Late interest", interest+" {x"), []string{"text 1: { has no } with words between"}},
		{"no choice", house.Terms{Added: []house.Addition{{"1.3", "(scope.tier = best) x"}}}, []string{`text 1: "best" is no choice of scope.tier`, "text 1: 0 of these round boxes are marked; exactly one must be"}},
		{"a choice that is not among the boxes", house.Terms{Added: []house.Addition{{"1.3", "(scope.tier = exclusive) x\n(scope.tier = non_exclusive) y"}}}, []string{"text 1: 0 of these round boxes are marked; exactly one must be"}},
		{"a defined term without capitals", house.Terms{Added: []house.Addition{{"6.3", "On a business day."}}}, []string{`defined 1: "business day" is written without capitals; the defined term is Business Day`}},
		{"a second definition", house.Terms{Added: []house.Addition{{"6.3", "**Business Day** means Monday."}}}, []string{"defined 1: clause 0.5 defines Business Day already"}},
		{"an undefined term", house.Terms{Added: []house.Addition{{"6.3", "The Reseller pays."}}}, []string{"defined 1: Reseller is written as a defined term, and nothing defines it"}},
		{"a term of its own, names and a quotation", house.Terms{Added: []house.Addition{{"6.3", "**Reseller** means a Party. The Resellers’ share; the German Civil Code; the EU; the “Reader”; each Party’s Components."}}}, nil},
		{"two paragraphs in a box", replaced("6.3", "Late interest", interest+"\n\nMore."), []string{"text 0: the words of a box are one paragraph"}},
		{"too long", replaced("6.3", "Late interest", strings.Repeat("x", house.MaxText+1)), []string{"text 0: the text has 20,001 bytes; it may have 20,000"}},
		{"too many", house.Terms{Added: slices.Repeat([]house.Addition{{"6.3", "x"}}, house.MaxPassages+1)}, []string{"text 0: 101 texts are more than the 100 that an agreement may have"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, faults(with(c.terms))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Whichever clause is worded anew: a text that says what checking asks for is accepted,
// renders, is read back from the file as it was, and the contract then says every value that it asked for.
func TestWhatIsAskedForIsSaid(t *testing.T) {
	a, asked := draft.Example(articlestest.Day), 0
	for _, s := range a.Complete().Template().Sections {
		for _, c := range s.Clauses {
			if s.Kind == document.Article || s.Kind == document.Schedule {
				asked += wordedAnew(t, a, c.Number)
			}
		}
	}
	if asked < 100 {
		t.Errorf("only %d terms were asked for, so this shows little", asked)
	}
}

// wordedAnew words a clause anew until checking asks for nothing more, and counts what it asked for.
func wordedAnew(t *testing.T, a articles.Agreement, clause string) int {
	text, asked := "Worded anew.\n", []agreement.Finding{}
	for range 30 {
		a.House = replaced(clause, "", text)
		more := slices.DeleteFunc(found(a), func(f agreement.Finding) bool { return f.Rule != "wording-silent" })
		if len(more) == 0 {
			break
		}
		for _, f := range more {
			hint := strings.TrimSuffix(strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(f.Hint, "begin a line with "), "write "), "put "), " where it belongs"), " alone on a line")
			if text += "\n" + hint; hint[0] == '[' {
				text += " chosen"
			} else if strings.HasPrefix(f.Hint, "write") {
				text += ";"
			}
			text += "\n"
		}
		asked = append(asked, more...)
	}
	if wrong := faults(a); len(wrong) > 0 {
		t.Errorf("clause %s: %q\n%s", clause, wrong, text)
	}
	whole := said(a, clause)
	for _, f := range asked {
		_, value, _ := strings.Cut(f.Message, "which is agreed as ")
		if strings.HasPrefix(f.Hint, "write") && !strings.HasSuffix(value, "…") && !strings.Contains(plain(whole), plain(value)) {
			t.Errorf("clause %s does not say %s:\n%s", clause, value, whole)
		}
	}
	f, _ := source.Read("agreement.yaml", draft.Write(a))
	if diff := cmp.Diff(a.House, f.Agreement.House); diff != "" {
		t.Errorf("clause %s is read back otherwise:\n%s", clause, diff)
	}
	return len(asked)
}

// plain is text without the marks that Markdown needs.
func plain(s string) string { return strings.NewReplacer(`\`, "", "\n", " ").Replace(s) }

// Whatever the text: checking and wording never panic, and checking leaves the terms as they were.
func FuzzText(f *testing.F) {
	for _, seed := range []string{"{commerce.payment.net_days day}", "[a.b] x\n\n  (c.d = e) y\n\n    - z", "**[[{", "{commerce.revenue.shares}", "(scope.tier = preferred) x", "{schedule_c.levels[99].availability}"} {
		f.Add("6.3", "Late interest", seed)
		f.Add("C.1", "", seed)
	}
	f.Fuzz(func(t *testing.T, clause, option, text string) {
		a := with(house.Terms{Replaced: []house.Passage{{Clause: clause, Option: option, Text: text}}, Added: []house.Addition{{Clause: clause, Text: text}}})
		before := a.Complete()
		found(a)
		a.Complete().Wording()
		if !reflect.DeepEqual(before, a.Complete()) {
			t.Error("checking changed the terms")
		}
	})
}

// What is empty around a text is no part of what is signed.
func TestOnlyTheTextIsSigned(t *testing.T) {
	a, b := with(replaced("6.3", "Late interest", "One.\n")).Complete(), with(replaced("6.3", "Late interest", "One.")).Complete()
	if diff := cmp.Diff(a.House, b.House); diff != "" {
		t.Error(diff)
	}
}

// Whatever values: what a box says is one with what the template says, when it uses the template's own terms.
func TestTwoWordingsOfOneTermAgree(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		a := with(replaced("6.3", "", "{commerce.payment.net_days day}"))
		a.Commerce.Payment.NetDays = rapid.IntRange(1, 400).Draw(rt, "days")
		if got := said(a, "6.3"); got != document.Count(int64(a.Commerce.Payment.NetDays), "day") {
			rt.Errorf("%d: %s", a.Commerce.Payment.NetDays, got)
		}
	})
}
