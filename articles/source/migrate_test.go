package source_test

import (
	"errors"
	"strings"
	"testing"

	"entente/articles/source"
)

func TestMigrate(t *testing.T) {
	current := []byte("# ours\nedition: entente/2026-11 # now\n")
	got, said, err := source.Migrate(current)
	if err != nil || string(got) != string(current) || len(said) != 1 || !strings.Contains(said[0], "current edition") {
		t.Errorf("got %q, %q, %v", got, said, err)
	}
	if _, _, err := source.Migrate([]byte("edition: entente/2031-01\n")); !errors.Is(err, source.ErrNewer) {
		t.Errorf("a newer edition gives %v", err)
	}
	for file, want := range map[string]string{"edition: entente/2001-01\n": "there never was", "number: x\n": "does not say its edition", "edition: 3\n": "does not say its edition",
		"": "empty", "a: [": "not YAML", "edition: \x00": "control character", "- x\n": "does not say its edition"} {
		if _, _, err := source.Migrate([]byte(file)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q gives %v, want %q", file, err, want)
		}
	}
}
