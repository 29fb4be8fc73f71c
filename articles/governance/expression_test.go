package governance

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestExpressionReads(t *testing.T) {
	for _, tt := range []struct {
		in, form string
		facts    []string
	}{
		{"calls.total", "calls.total", []string{"calls.total"}},
		{"calls.refused/calls.total", "calls.refused / calls.total", []string{"calls.refused", "calls.total"}},
		{" ( 1 + 2.5 ) * leads.won ", "(1 + 2.5) * leads.won", []string{"leads.won"}},
		{"1 - (2 - 3)", "1 - (2 - 3)", nil},
		{"(1 - 2) - 3", "1 - 2 - 3", nil},
		{"1 / (2 / 3)", "1 / (2 / 3)", nil},
		{"(1 * 2) + 3", "1 * 2 + 3", nil},
		{"leads.accepted / (leads.accepted + leads.rejected)", "leads.accepted / (leads.accepted + leads.rejected)", []string{"leads.accepted", "leads.rejected"}},
	} {
		t.Run(tt.in, func(t *testing.T) {
			n, err := Expression(tt.in).Parse()
			if err != nil {
				t.Fatal(err)
			}
			if n.String() != tt.form || cmp.Diff(tt.facts, n.Facts()) != "" {
				t.Errorf("reads %q with %v, want %q with %v", n, n.Facts(), tt.form, tt.facts)
			}
		})
	}
}

func TestExpressionRefused(t *testing.T) {
	for in, want := range map[string]string{
		"":                                   "it ends",
		"calls.total +":                      "it ends",
		"(calls.total":                       "a closing parenthesis",
		"calls.total)":                       `')' at character 12`,
		"1 2":                                `'2' at character 3`,
		"-1":                                 `'-' at character 1`,
		"calls.total % 2":                    `'%' at character 13`,
		"Calls.total":                        `'C' at character 1`,
		"1.2.3":                              "not a decimal number",
		"1.":                                 "not a decimal number",
		"12345678901234567890":               "not a decimal number",
		"é":                                  `'é' at character 1`,
		"max(1)":                             `'(' at character 4`,
		strings.Repeat("(", 40):              "more than 30 deep",
		strings.Repeat("calls.total + ", 40): "longer than 300",
	} {
		if _, err := Expression(in).Parse(); !errors.Is(err, ErrExpression) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q gives %v, want %q", in, err, want)
		}
	}
}

func TestExpressionHasAUnit(t *testing.T) {
	for in, want := range map[string]string{
		"calls.refused / calls.total":                "a plain number or a percentage",
		"revenue.accrued / calls.answered":           "an amount of money",
		"latency.p95 - latency.p50":                  "a time in milliseconds",
		"latency.p95 / latency.p50":                  "a plain number or a percentage",
		"revenue.accrued / latency.p95":              "a figure without a usual unit",
		"revenue.accrued + calls.total":              "revenue.accrued is an amount of money and calls.total is a plain number or a percentage; they cannot be added or subtracted",
		"1000 * (revenue.paid - 5) / calls.answered": "revenue.paid is an amount of money and 5 is a plain number or a percentage; they cannot be added or subtracted",
	} {
		n, err := Expression(in).Parse()
		if err != nil {
			t.Fatal(err)
		}
		d, err := n.dimension()
		got := d.String()
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", in, got, want)
		}
	}
}

func TestTargetReads(t *testing.T) {
	for in, want := range map[string]string{
		">= 99.5%":         "at least 99.5 %",
		"<=800 ms":         "at most 800 milliseconds",
		">= EUR 5000":      "at least EUR 5,000.00",
		"> 25":             "above 25",
		"< 0.5%":           "below 0.5 %",
		"= 0":              "exactly 0",
		"99.5%":            "",
		">= ":              "",
		"=> 5":             "",
		">= -5":            "",
		">= 5 s":           "",
		">= EUR 0.001":     "",
		">= XXQ 5":         "",
		">= 5% of nothing": "",
		"at least 5":       "",
	} {
		g, err := Target(in).Parse()
		if want == "" {
			if !errors.Is(err, ErrTarget) {
				t.Errorf("%q reads %v, %v", in, g, err)
			}
			continue
		}
		if err != nil || g.Words() != want {
			t.Errorf("%q reads %q, %v; want %q", in, g.Words(), err, want)
		}
	}
}

func TestFactsAreSound(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range Facts {
		n, err := Expression(f.Name).Parse()
		if err != nil || n.Fact != f.Name || seen[f.Name] || f.Meaning == "" || f.Unit == "" {
			t.Errorf("fact %+v: %v", f, err)
		}
		seen[f.Name] = true
	}
	if got := nearFacts("calls.denied"); got[0] != "calls.total" {
		t.Errorf("near calls.denied: %v", got)
	}
	if got := nearFacts("sales"); got[0] != "calls" {
		t.Errorf("near sales: %v", got)
	}
}

// Whatever is written, reading ends, and what it reads has one form that reads the same.
func FuzzExpression(f *testing.F) {
	for _, seed := range []string{"calls.refused / calls.total", "(1 + 2) * 3 - 4 / 5", "1 - (2 - (3 - 4))", "((((", "a.b.c", "1..2", "%", "é"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n, err := Expression(text).Parse()
		if err != nil {
			if !errors.Is(err, ErrExpression) {
				t.Fatalf("%q gives %v", text, err)
			}
			return
		}
		form := n.String()
		again, err := Expression(form).Parse()
		if len(form) > longestExpression {
			return
		}
		if err != nil || again.String() != form {
			t.Fatalf("%q reads %q, which reads %v, %v", text, form, again, err)
		}
		_, _ = n.dimension()
		n.dividesByZero()
	})
}
