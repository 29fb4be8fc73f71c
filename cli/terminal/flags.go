package terminal

import (
	"flag"
	"strings"
)

// Text is a flag's value; empty if the command has no such flag.
func Text(f *flag.FlagSet, name string) string {
	if found := f.Lookup(name); found != nil {
		return found.Value.String()
	}
	return ""
}

// Listed are the parts of a text with commas.
func Listed(text string) (all []string) {
	for one := range strings.SplitSeq(text, ",") {
		if one = strings.TrimSpace(one); one != "" {
			all = append(all, one)
		}
	}
	return all
}
