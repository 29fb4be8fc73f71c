package draft

import (
	_ "embed"
	"fmt"
	"strings"
	"text/template"

	"entente/articles"
	"entente/articles/branding"
	"entente/articles/commerce"
	"entente/articles/compliance"
	"entente/articles/confidentiality"
	"entente/articles/general"
	"entente/articles/governance"
	"entente/articles/integration"
	"entente/articles/liability"
	"entente/articles/performance"
	"entente/articles/property"
	"entente/articles/scope"
	"entente/articles/sharing"
	"entente/articles/source"
	"entente/articles/technical"
	"entente/articles/term"
	"entente/articles/warranty"
	"entente/calendar"
)

//go:embed example.yaml
var exampleFront string

// Example is a complete and realistic agreement between two fictional companies, in force on a day:
// its dates follow the day, its terms do not.
func Example(day calendar.Date) articles.Agreement {
	f, _ := source.Read("example.yaml", exampleFile(day))
	return f.Agreement
}

// exampleFile is the example as a file, each article as its own room wrote it.
func exampleFile(day calendar.Date) []byte {
	text := strings.Join([]string{exampleFront, scope.Example, integration.Example, technical.Example, performance.Example, sharing.Example, property.Example, branding.Example,
		commerce.Example, governance.Example, compliance.Example, warranty.Example, liability.Example, confidentiality.Example,
		term.Example, general.Example}, "\n")
	funcs := template.FuncMap{"day": func(n int) string { return day.AddDays(n).String() }, "digest": exampleDigest}
	var b strings.Builder
	if err := template.Must(template.New("example").Funcs(funcs).Parse(text)).Execute(&b, nil); err != nil {
		panic(fmt.Sprintf("the example agreement: %v", err)) // its text is part of the program
	}
	return []byte(b.String())
}
