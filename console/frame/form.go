package frame

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Form is a form that the visitor can send. Its key makes sending it twice the same act.
type Form struct {
	ID, Action, Key string
	About           string // the thing among several that it is about
	Open            bool   // it was sent and is to be mended
	values          url.Values
	fault           Misfilled
}

// Value is what was filled in before.
func (f Form) Value(field string) string { return f.values.Get(field) }

// Words is the field in which one says something.
type Words struct{ ID, Value string }

// Words is the form's own.
func (f Form) Words() Words { return Words{f.ID, f.Value("text")} }

// Sent is a form that was sent and not carried out.
type Sent struct {
	Action  string // the path after the agreement's: "/keys"
	Values  url.Values
	Version int  // of the text that was shown with it, if it matters
	Shown   bool // it is on the page again
	Fault   Misfilled
}

// A Fault is what is wrong with a field, beside which it stands; Says is empty if nothing is.
type Fault struct{ ID, Says string }

// Fault is what was wrong with a field of the form as it was sent.
func (f Form) Fault(field string) Fault {
	if f.fault.Field != field {
		return Fault{}
	}
	return Fault{f.ID + "-" + field + "-fault", f.fault.Error()}
}

// Form makes a form. Where an action has several forms, field is the one that tells them apart and
// about its value.
func (v *Visit) Form(id, action, field, about string, s *Sent) *Form {
	f := NewForm(v.Rand, id, v.Home()+action, nil)
	f.About = about
	if s != nil && s.Action == action && s.Values.Get(field) == about {
		f.Open, f.values, f.fault, s.Shown = true, s.Values, s.Fault, true
	}
	return f
}

// NewForm makes a form of a page that is of no agreement, filled in as it was sent if it was. Randomness that
// cannot be read is a fault that ends the request.
func NewForm(rand io.Reader, id, action string, sent url.Values) *Form {
	key := make([]byte, 16)
	if _, err := io.ReadFull(rand, key); err != nil {
		panic(fmt.Sprintf("drawing a form's key: %v", err))
	}
	return &Form{ID: id, Action: action, Key: hex.EncodeToString(key), Open: sent != nil, values: sent}
}

// mostForm is the most bytes of a form.
const mostForm = 64 << 10

// ReadForm reads a form of ours: of bounded length, each field once and UTF-8.
func ReadForm(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	r.Body = http.MaxBytesReader(w, r.Body, mostForm)
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/x-www-form-urlencoded" {
		return nil, ErrForm // what is sent in another form would count as empty
	}
	if err := r.ParseForm(); err != nil {
		return nil, errors.Join(ErrForm, err)
	}
	for _, values := range r.PostForm {
		if len(values) != 1 || !utf8.ValidString(values[0]) {
			return nil, ErrForm
		}
	}
	return r.PostForm, nil
}

// An Incomplete form lacks something, or holds something that cannot be; it says what to do.
type Incomplete string

func (i Incomplete) Error() string { return string(i) }

// A Misfilled field makes a form incomplete; what is to be done is said beside it.
type Misfilled struct {
	Field string
	Incomplete
}

// Unwrap is what is to be done.
func (m Misfilled) Unwrap() error { return m.Incomplete }

// Filled reads a field of a form: trimmed, at most so many characters, without control characters
// other than line ends.
func Filled(f url.Values, name, what string, most int) (string, error) {
	s := strings.TrimSpace(strings.ReplaceAll(f.Get(name), "\r\n", "\n"))
	switch {
	case utf8.RuneCountInString(s) > most:
		return "", Misfilled{name, Incomplete(fmt.Sprintf("%s may have %d characters.", what, most))}
	case strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\n' }):
		return "", Misfilled{name, Incomplete(what + " holds a character that cannot be seen. Type it again.")}
	}
	return s, nil
}

// Needed is Filled for a field that may not be empty; without says what to do then.
func Needed(f url.Values, name, what string, most int, without string) (string, error) {
	s, err := Filled(f, name, what, most)
	if err == nil && s == "" {
		err = Misfilled{name, Incomplete(without)}
	}
	return s, err
}

// Chosen reads a field that must be one of a few words.
func Chosen(f url.Values, name, what string, among []string) (string, error) {
	if s := f.Get(name); slices.Contains(among, s) {
		return s, nil
	}
	return "", Misfilled{name, Incomplete("Choose " + what + ".")}
}
