package source

import (
	"fmt"
	"reflect"
	"strings"
)

// Fillable refuses a text that the reader of files would not take for something filled in: one with
// characters that cannot be seen, and one that only stands where something is missing.
func Fillable(s string) error {
	if c, found := hidden(s); found {
		return fmt.Errorf("the text contains U+%04X, which cannot be seen", c)
	}
	if unfilled(strings.TrimSpace(s), reflect.TypeFor[string]()) {
		return fmt.Errorf("%s is still to be filled in", clipped(s))
	}
	return nil
}
