package agreement

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// A Rule is one thing that checking looks for. Its page is a Markdown file beside the article that
// owns it; the two examples in the page are patches of the example agreement, and tests hold the
// rule to them: the first must be found, the second must not.
type Rule struct {
	Name     string
	Severity Severity
	Clause   Clause
	Title    string // one line
	Page     string // Markdown: what, why, how to mend
	Refused  string // YAML merged into the example: the rule finds it
	Accepted string // YAML merged into the example: the rule does not
	Whole    bool   // the two examples are whole files, not patches
}

// ReadRules reads the rule pages of a folder: NAME.md, each with a head of
// "rule:", "severity:", "clause:" and "title:" lines between two lines of three dashes,
// a text, and two fenced yaml blocks, refused first, accepted second. A head line "example: file"
// says that the blocks are whole files.
func ReadRules(files fs.FS, folder string) ([]Rule, error) {
	names, err := fs.Glob(files, path.Join(folder, "*.md"))
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	var rules []Rule
	for _, name := range names {
		b, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("reading rule page %s: %w", name, err)
		}
		r, err := parseRule(string(b))
		if err != nil {
			return nil, fmt.Errorf("rule page %s: %w", name, err)
		}
		if r.Name+".md" != path.Base(name) {
			return nil, fmt.Errorf("rule page %s names the rule %q", name, r.Name)
		}
		rules = append(rules, r)
	}
	return rules, nil
}

// MustRules is ReadRules for pages that are part of the program.
func MustRules(files fs.FS, folder string) []Rule {
	rules, err := ReadRules(files, folder)
	if err != nil {
		panic(err)
	}
	return rules
}

func parseRule(text string) (Rule, error) {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	rest, ok := strings.CutPrefix(text, "---\n")
	head, page, found := strings.Cut(rest, "\n---\n")
	if !ok || !found {
		return Rule{}, fmt.Errorf("no head between two lines of ---")
	}
	var r Rule
	for line := range strings.Lines(head) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		value = strings.Trim(value, `"`)
		switch key {
		case "rule":
			r.Name = value
		case "severity":
			r.Severity = Severity(value)
		case "clause":
			r.Clause = Clause(value)
		case "title":
			r.Title = value
		case "example":
			r.Whole = value == "file"
		default:
			return Rule{}, fmt.Errorf("the head has an unknown line %q", line)
		}
	}
	r.Page = strings.TrimSpace(page) + "\n"
	var blocks []string
	for _, part := range strings.Split(page, "```yaml\n")[1:] {
		block, _, _ := strings.Cut(part, "```")
		blocks = append(blocks, block)
	}
	if len(blocks) != 2 {
		return Rule{}, fmt.Errorf("%d yaml blocks, want two: refused, accepted", len(blocks))
	}
	r.Refused, r.Accepted = blocks[0], blocks[1]
	if r.Name == "" || r.Title == "" || r.Clause == "" || !slices.Contains([]Severity{Error, Warning, Note}, r.Severity) {
		return Rule{}, fmt.Errorf("the head needs rule, severity (error, warning or note), clause and title")
	}
	return r, nil
}
