package sheet_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"entente/articles"
	"entente/articles/changes"
	"entente/articles/draft"
	"entente/articles/form"
	"entente/articles/sheet"
	"entente/calendar"
)

func example() articles.Agreement { return draft.Example(calendar.Date{Year: 2026, Month: 11, Day: 1}) }

// An agreement that was written as CSV is read as the same agreement.
func TestASheetKeepsEveryTerm(t *testing.T) {
	rows, err := sheet.ReadCSV(sheet.CSV(sheet.Rows(example())))
	if err != nil {
		t.Fatal(err)
	}
	got, rest := sheet.Terms(rows)
	if len(rest) > 0 {
		t.Errorf("not recognised: %+v", rest)
	}
	if diff := cmp.Diff(changes.Between(articles.Agreement{}, example()), changes.Between(articles.Agreement{}, got)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(form.Settled(example()), form.Settled(got), cmp.Comparer(func(a, b articles.Agreement) bool {
		return string(draft.Write(a)) == string(draft.Write(b))
	})); diff != "" {
		t.Error(diff)
	}
}

// Whatever a value is, a spreadsheet takes it for text, and it is read as it was.
func TestNoValueIsAFormula(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.StringMatching(`['=+@\t -]{0,2}[a-z",;\n]{1,5}`).Draw(t, "value")
		out := sheet.CSV([]sheet.Row{{Term: "a.b", Value: value}})
		rows, err := sheet.ReadCSV(out)
		if err != nil || len(rows) != 1 || rows[0].Value != value {
			t.Fatalf("%q became %+v, %v", value, rows, err)
		}
		if _, field, _ := strings.Cut(string(out), "a.b,"); strings.ContainsAny(strings.TrimPrefix(field, `"`)[:1], "=+-@\t") {
			t.Fatalf("%q is a formula", out)
		}
	})
}

func TestWhatASheetSaysIsReadOrTold(t *testing.T) {
	for _, test := range []struct {
		name, given string
		terms       []string
		rest        []string
	}{
		{"paths", "path,value\ncommerce.payment.net_days,30\nparties.a.name,\"Acme, Inc.\"\n", []string{"parties.a.name: Acme, Inc.", "commerce.payment.net_days: 30"}, nil},
		{"semicolons, no titles", "\ufeffcommerce.payment.net_days;30\r\nterm.initial;24 months\r\n", []string{"commerce.payment.net_days: 30", "term.initial: P24M"}, nil},
		{"as people write it", "path,value\nagreement.effective,1 December 2026\ncommerce.payment.late_interest,9 %\nterm.cause.insolvency,YES\nscope.tier,Non exclusive\n",
			[]string{"agreement.effective: 2026-12-01", "scope.tier: non_exclusive", "commerce.payment.late_interest: 9%", "term.cause.insolvency: yes"}, nil},
		{"rows of lists", "scope.components[0].name,embed\nscope.components[0].methods[0],api\nscope.components[1].name,rank\n", []string{"scope.components[embed]: name: embed; methods: api", "scope.components[rank]: name: rank"}, nil},
		{"a gap in a list", "scope.components[3].name,embed\n", nil, []string{"1 the rows of a list are numbered from 0, one after the other"}},
		{"a label of cover pages", "path,value\nPayment period,45\n", nil, []string{"2 the agreement has no such term; write commerce.payment.net_days"}},
		{"no term", "path,value\ncommerce.netdays,30\n", nil, []string{"2 the agreement has no such term"}},
		{"no value, or given twice", "term.initial,\nterm.initial,P1Y\n", nil, []string{"1 it has no value", "2 it is given twice"}},
		{"no date", "agreement.dated,03/04/2026\n", nil, []string{`1 "03/04/2026" is not what it needs: ` + form.Describe("agreement.dated")}},
		{"to be filled in", "parties.a.name,TBD\n", nil, []string{"1 TBD is still to be filled in"}},
		{"what cannot be seen", "parties.a.name,Acme\u202e\n", nil, []string{"1 the text contains U+202E, which cannot be seen"}},
		{"a group", "term.renewal,P1Y\n", nil, []string{"1 it is a group of terms: name one of them"}},
		{"another edition", "edition,entente/2031-01\n", nil, []string{"1 this release writes " + articles.Edition}},
	} {
		t.Run(test.name, func(t *testing.T) {
			rows, err := sheet.ReadCSV([]byte(test.given))
			if err != nil {
				t.Fatal(err)
			}
			a, rest := sheet.Terms(rows)
			if diff := cmp.Diff(test.terms, termsOf(a)); diff != "" {
				t.Errorf("terms (-want +got):\n%s", diff)
			}
			var told []string
			for _, r := range rest {
				told = append(told, strings.TrimSpace(strings.Join([]string{itoa(r.Line), r.Why}, " ")))
			}
			if diff := cmp.Diff(test.rest, told); diff != "" {
				t.Errorf("not recognised (-want +got):\n%s", diff)
			}
		})
	}
}

func itoa(n int) string { return strings.TrimSpace(string(rune('0' + n))) }

// termsOf are the terms of an agreement beside those of an empty one.
func termsOf(a articles.Agreement) (all []string) {
	for _, c := range changes.Between(articles.Agreement{}, a) {
		all = append(all, c.Path+": "+c.New)
	}
	return all
}

func TestSheetsThatAreNone(t *testing.T) {
	for name, test := range map[string]struct{ given, want string }{
		"not UTF-8":     {"a,\xff\n", "it is not UTF-8"},
		"an open quote": {"a,\"b\n", "it is not CSV"},
		"too large":     {strings.Repeat("a,b\n", sheet.MaxBytes/4+1), "it is larger than 1 MiB"},
		"too long":      {strings.Repeat("a,b\n", 20_001), "it has more than 20000 rows"},
	} {
		if _, err := sheet.ReadCSV([]byte(test.given)); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// Whatever a sheet says, reading it ends, and every row is a term or is told.
func FuzzTerms(f *testing.F) {
	f.Add(string(sheet.CSV(sheet.Rows(example()))))
	f.Add("scope.components[0].methods[0],api\nscope..x[,b\nterm.renewal[0],\"c\"")
	f.Fuzz(func(t *testing.T, given string) {
		rows, err := sheet.ReadCSV([]byte(given))
		if err != nil {
			return
		}
		a, _ := sheet.Terms(rows)
		draft.Write(a)
	})
}
