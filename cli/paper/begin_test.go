package paper_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"entente/articles/draft"
	"entente/articles/source"
	"entente/calendar"
	"entente/cli"
	"entente/cli/signed"
	"entente/cli/terminal"
)

var leapDay = calendar.Date{Year: 2028, Month: 2, Day: 29}

// When the answers end before the questions do, nothing is written.
func TestInitWithoutAnswersWritesNothing(t *testing.T) {
	out := filepath.Join(t.TempDir(), "agreement.yaml")
	var screen bytes.Buffer
	env := &terminal.Env{Args: []string{"init", "-o", out}, Stdin: strings.NewReader("P-1\n"), Stdout: &screen, Stderr: &screen, Now: time.Now}
	if got := cli.Run(context.Background(), env); got != 1 || !strings.Contains(screen.String(), "nothing was written") {
		t.Errorf("status %d:\n%s", got, screen.String())
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("a file was left")
	}
}

// The example comes with the documents that it attaches, and overwrites nothing.
func TestInitExampleWritesItsAttachments(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "agreement.yaml")
	run := func() (int, string) {
		var screen bytes.Buffer
		env := &terminal.Env{Args: []string{"init", "--example", "-o", out}, Stdin: strings.NewReader(""), Stdout: &screen, Stderr: &screen,
			Now: func() time.Time { return leapDay.In(time.UTC) }}
		return cli.Run(context.Background(), env), screen.String()
	}
	if status, screen := run(); status != 0 {
		t.Fatalf("status %d: %s", status, screen)
	}
	file, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	f, _ := source.Read(out, file)
	if err := signed.Attached(f.Agreement, dir); err != nil {
		t.Error(err)
	}
	if status, screen := run(); status != 1 || !strings.Contains(screen, "is there already") {
		t.Errorf("a second time: status %d: %s", status, screen)
	}
	os.Remove(out)
	for name := range draft.Attachments() {
		os.WriteFile(filepath.Join(dir, name), []byte("something else"), 0o600)
	}
	if status, screen := run(); status != 1 || !strings.Contains(screen, "is there already") {
		t.Errorf("over another attachment: status %d: %s", status, screen)
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("the agreement was written without its attachment")
	}
}
