package terminal

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestWords(t *testing.T) {
	for _, c := range []struct{ name, got, want string }{
		{"one thing", Count(1, "term"), "1 term"},
		{"no things", Count(0, "term"), "0 terms"},
		{"nothing is said so", Stated(""), "(none)"},
		{"several lines are one", Flatly("a\nb"), "a b"},
		{"no clause", ClauseMark(""), "-"},
		{"a clause that fits", ClauseMark("12.2"), "12.2"},
		{"a mark that is too long", ClauseMark("Schedule"), "Sche."},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.name, c.got, c.want)
		}
	}
	if got := Listed(" a, b ,,c"); !slices.Equal(got, []string{"a", "b", "c"}) {
		t.Errorf("the parts of a text with commas: %q", got)
	}
}

// Control characters of a stranger's text do not reach the terminal of whoever reads it.
func TestFlatlyHidesNothing(t *testing.T) {
	for _, s := range []string{"\x1b[2Jgone", "a\rb", "safe\u202etxt"} {
		if got := Flatly(s); got == s {
			t.Errorf("%q is printed as it is", s)
		}
	}
}

// A secret that is shown once never takes the place of another, unless whoever asks says so.
func TestASecretsPlace(t *testing.T) {
	there := filepath.Join(t.TempDir(), "there")
	if err := os.WriteFile(there, []byte("another"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		args  []string
		taken bool
	}{
		{"printed", nil, true},
		{"a new file", []string{"-o", there + ".new"}, true},
		{"a file that is there", []string{"-o", there}, false},
		{"a file that is there, on purpose", []string{"-o", there, "--force"}, true},
	} {
		f := flag.NewFlagSet("", flag.ContinueOnError)
		SecretFlags(f, "token")
		if err := f.Parse(c.args); err != nil {
			t.Fatal(err)
		}
		if err := SecretPlace(f); (err == nil) != c.taken {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// What a command writes is new, or the very same.
func TestFilesThatAreThere(t *testing.T) {
	name := filepath.Join(t.TempDir(), "agreement.yaml")
	var out bytes.Buffer
	env := &Env{Stdout: &out}
	if err := WriteNew(env, name, []byte("first")); err != nil {
		t.Fatal(err)
	}
	if err := WriteNew(env, name, []byte("second")); err == nil {
		t.Error("a file was overwritten")
	}
	if err := errors.Join(WriteBeside(name, []byte("first")), WriteNew(env, "-", []byte("printed"))); err != nil || out.String() != "printed" {
		t.Errorf("%v; printed %q", err, out.String())
	}
	if err := WriteBeside(name, []byte("second")); err == nil {
		t.Error("another file was overwritten")
	}
	if b, err := ReadAtMost(name, 3); err != nil || string(b) != "firs" {
		t.Errorf("more than three bytes are read as %q, %v: one more, so that it is seen", b, err)
	}
}
