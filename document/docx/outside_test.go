package docx_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"entente/articles/draft"
	"entente/calendar"
	"entente/document"
	"entente/document/documenttest"
	"entente/document/redline"
	"entente/tests/outside"
)

func example() document.Document {
	return draft.Example(calendar.Date{Year: 2026, Month: 11, Day: 1}).Draft()
}

// edited are redlines of what people might do to the sample and to the example, always the same ones.
func edited() []redline.Redline {
	var all []redline.Redline
	for seed, d := range []document.Document{documenttest.Sample(), documenttest.Sample(), example(), example(), example()} {
		new := rapid.Custom(func(t *rapid.T) document.Document {
			out := d
			for range 4 {
				out = documenttest.Edited(t, out)
			}
			return out
		}).Example(seed)
		all = append(all, redline.Compare(d, new))
	}
	return all
}

func save(t *testing.T, name string, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

var spaces = regexp.MustCompile(`[ \t\x{a0}]+`)

// read are the lines of a text as a reader takes them in: without blank ones, and with single spaces.
func read(text string) []string {
	var all []string
	for line := range strings.Lines(strings.TrimPrefix(text, "\ufeff")) {
		if line = strings.TrimSpace(spaces.ReplaceAllString(line, " ")); line != "" {
			all = append(all, line)
		}
	}
	return all
}

var boxes = map[string]string{"[x]": "☒", "[ ]": "☐", "(x)": "◉", "( )": "○"}

// paper are lines of a document as they stand on paper: a line for each cell, drawn boxes, and a point
// between an article's number and its title.
func paper(lines []string) []string {
	var b strings.Builder
	for _, l := range lines {
		for mark, box := range boxes {
			if rest, ok := strings.CutPrefix(l, mark+" "); ok {
				l = box + " " + rest
			}
		}
		l = regexp.MustCompile(`^((Article|Schedule) \w+) `).ReplaceAllString(l, "$1 · ")
		b.WriteString(strings.ReplaceAll(l, "\t", "\n") + "\n")
	}
	return read(b.String())
}

// LibreOffice shows every line of a document with the number, letter and box that the document gives it,
// also after it has written the file itself; and it keeps the agreement file.
func TestLibreOfficeReadsWhatWasWritten(t *testing.T) {
	if outside.Lacking(t, outside.Office()...) {
		return
	}
	for name, d := range map[string]document.Document{"example": example(), "sample": documenttest.Sample()} {
		t.Run(name, func(t *testing.T) {
			source := []byte("edition: x\r\n")
			file := save(t, "a.docx", docxOf(t, d, source))
			first, again, back := filepath.Join(t.TempDir(), "first.txt"), filepath.Join(t.TempDir(), "again.txt"), filepath.Join(t.TempDir(), "back.docx")
			outside.Settle(t, outside.Settling{Source: file, Command: "keep", Target: first}, outside.Settling{Source: file, Command: "keep", Target: back}, outside.Settling{Source: back, Command: "keep", Target: again})
			want := paper(redline.Of(d).New())
			for _, got := range []string{first, again} {
				if diff := cmp.Diff(want, withoutContents(t, textOf(t, got))); diff != "" {
					t.Errorf("%s (-want +got):\n%s", filepath.Base(got), diff)
				}
			}
			b, err := os.ReadFile(back)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(source, sourceOf(t, b)) {
				t.Error("LibreOffice has lost the agreement file")
			}
		})
	}
}

func textOf(t *testing.T, name string) []string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return read(string(b))
}

// withoutContents takes the table of contents out; it must be there.
func withoutContents(t *testing.T, lines []string) []string {
	t.Helper()
	for i, l := range lines {
		if l != "Contents" {
			continue
		}
		for j := i + 2; j < len(lines); j++ {
			if lines[j] == lines[i+1] { // the first section, again
				return append(append([]string{}, lines[:i]...), lines[j:]...)
			}
		}
	}
	t.Fatal("there are no contents")
	return nil
}

// LibreOffice accepts every tracked change and shows the new document, or rejects every one and shows the
// old one.
func TestLibreOfficeAcceptsAndRejects(t *testing.T) {
	if outside.Lacking(t, outside.Office()...) {
		return
	}
	all := edited()
	var jobs []outside.Settling
	for _, r := range all {
		file := save(t, "redline.docx", redlineOf(t, r))
		jobs = append(jobs, outside.Settling{Source: file, Command: "accept", Target: file + ".new.txt"}, outside.Settling{Source: file, Command: "reject", Target: file + ".old.txt"})
	}
	outside.Settle(t, jobs...)
	for i, r := range all {
		if diff := cmp.Diff(filled(paper(r.New())), filled(textOf(t, jobs[2*i].Target))); diff != "" {
			t.Errorf("redline %d, accepted (-want +got):\n%s", i, diff)
		}
		if diff := cmp.Diff(filled(paper(r.Old())), filled(textOf(t, jobs[2*i+1].Target))); diff != "" {
			t.Errorf("redline %d, rejected (-want +got):\n%s", i, diff)
		}
	}
}

// filled are lines without empty items: where a whole table goes, LibreOffice leaves an empty line behind,
// with the letter of the item that stood there.
func filled(lines []string) []string {
	return slices.DeleteFunc(lines, regexp.MustCompile(`^(•|\([a-z]+\))$`).MatchString)
}

// Pandoc reads headings, lists, links and tables, and of tracked changes who made them and when.
func TestPandocReadsWhatWasWritten(t *testing.T) {
	if outside.Lacking(t, outside.Programs("pandoc")...) {
		return
	}
	file := save(t, "a.docx", docxOf(t, example(), nil))
	got := pandoc(t, file, "--to=markdown", "--wrap=none", "--markdown-headings=atx")
	for _, want := range []string{"# Commercials\n", "## Revenue model\n", "(b) Party B provides", "-   **Agreement** means", "[clause 1.1](#purpose)", "☒ **Integration.**"} {
		if !strings.Contains(got, want) {
			t.Errorf("pandoc does not read %q", want)
		}
	}
	if !regexp.MustCompile(`(?m)^ *Component +Description +Provider +Method *$`).MatchString(got) {
		t.Error("pandoc does not read the header of a table")
	}
	r := edited()[0]
	file = save(t, "redline.docx", redlineOf(t, r))
	if got := pandoc(t, file, "--to=markdown", "--track-changes=all"); !strings.Contains(got, "2026-12-01T09:30:00Z") || !strings.Contains(got, "Róisín") {
		t.Error("pandoc does not read who made a change, and when")
	}
	for side, d := range map[string]document.Document{"accept": r.Document, "reject": documenttest.Sample()} {
		unchanged := save(t, side+".docx", redlineOf(t, redline.Of(d)))
		want, got := read(pandoc(t, unchanged, "--to=plain", "--wrap=none")), read(pandoc(t, file, "--to=plain", "--wrap=none", "--track-changes="+side))
		if diff := cmp.Diff(squeezed(want), squeezed(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", side, diff)
		}
	}
}

// squeezed are lines of text without the rules that pandoc draws tables with.
func squeezed(lines []string) []string {
	var out []string
	for _, l := range lines {
		if l = strings.Trim(l, "- "); l != "" {
			out = append(out, l)
		}
	}
	return out
}

func pandoc(t *testing.T, file string, args ...string) string {
	t.Helper()
	out, err := exec.Command("pandoc", append(args, file)...).Output()
	if err != nil {
		t.Fatalf("pandoc: %v", err)
	}
	return string(out)
}
