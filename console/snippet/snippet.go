// Package snippet writes the first call of a component as programs that work when they are pasted:
// for curl, Python, JavaScript and Go, with nothing beyond what each brings along.
//
// The secret of the key is never in the text: each program reads it from the environment, where Key
// is its name. A refusal is printed with the clause that it names, rather than thrown away.
package snippet

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
)

// Key is the environment variable that the programs read the secret from.
const Key = "ENTENTE_KEY"

// A Call is a request to the gateway.
type Call struct {
	Method string // "POST"
	URL    string
	Accept string // empty for what the client asks by itself
	Body   any    // sent as JSON; nil for none
}

// A Snippet is a program that makes a call.
type Snippet struct {
	Language string // "Python"
	File     string // what to call it; empty for what is pasted into a shell
	Run      string // how it is run; empty likewise
	Code     string
}

// Of is the call in every language.
func Of(c Call) []Snippet {
	return []Snippet{
		{"curl", "", "", c.curl()},
		{"Python", "first.py", "python3 first.py", c.python()},
		{"JavaScript", "first.mjs", "node first.mjs", c.javaScript()},
		{"Go", "first.go", "go run first.go", c.golang()},
	}
}

// text is a value as JSON, on lines of its own, which Python and JavaScript read as their own: the body of a
// first call has no truth values and nothing empty. What cannot be seen, or would reorder what is, is written as its
// number, so that what is pasted is what was read.
func text(v any) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	_ = enc.Encode(v) // texts, numbers, lists and objects always encode
	var seen strings.Builder
	for _, r := range strings.TrimSpace(b.String()) {
		switch {
		case r == '\n' || unicode.IsPrint(r):
			seen.WriteRune(r)
		default:
			for _, unit := range utf16.AppendRune(nil, r) {
				fmt.Fprintf(&seen, `\u%04x`, unit)
			}
		}
	}
	return seen.String()
}

// shell quotes a text for a POSIX shell.
func shell(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

func (c Call) curl() string {
	lines := []string{"curl -sS -X " + c.Method + " " + shell(c.URL), `-H "Authorization: Bearer $` + Key + `"`}
	if c.Accept != "" {
		lines = append(lines, "-H "+shell("Accept: "+c.Accept))
	}
	if c.Body != nil {
		lines = append(lines, "-H 'Content-Type: application/json'", "-d "+shell(text(c.Body)))
	}
	return strings.Join(lines, " \\\n  ") + "\n"
}

// headers are those of a program, a line each, with the secret's in the words of its language.
func (c Call) headers(secret, indent string) string {
	lines := []string{indent + `"Authorization": ` + secret + ","}
	if c.Accept != "" {
		lines = append(lines, indent+`"Accept": `+strconv.Quote(c.Accept)+",")
	}
	if c.Body != nil {
		lines = append(lines, indent+`"Content-Type": "application/json",`)
	}
	return strings.Join(lines, "\n")
}

func (c Call) python() string {
	data, body := "", ""
	if c.Body != nil {
		data, body = "\n    data=json.dumps(body).encode(),", "body = "+text(c.Body)+"\n"
	}
	return `import json, os, urllib.error, urllib.request

` + body + `request = urllib.request.Request(
    ` + quoted(c.URL) + `,
    method="` + c.Method + `",` + data + `
    headers={
` + c.headers(`"Bearer " + os.environ["`+Key+`"]`, "        ") + `
    },
)
try:
    with urllib.request.urlopen(request) as answer:
        print(answer.read().decode())
except urllib.error.HTTPError as refusal:
    raise SystemExit(refusal.read().decode())  # a refusal names its clause
`
}

func (c Call) javaScript() string {
	body := ""
	if c.Body != nil {
		body = "\n  body: JSON.stringify(" + strings.ReplaceAll(text(c.Body), "\n", "\n  ") + "),"
	}
	return `const answer = await fetch(` + quoted(c.URL) + `, {
  method: "` + c.Method + `",
  headers: {
` + c.headers("`Bearer ${process.env."+Key+"}`", "    ") + `
  },` + body + `
});
console.log(await answer.text()); // a refusal names its clause
process.exitCode = answer.ok ? 0 : 1;
`
}

func (c Call) golang() string {
	body, reader := "", "nil"
	imports := []string{"io", "log", "net/http", "os"}
	if c.Body != nil {
		imports = append(imports, "strings")
		body, reader = "\tbody := "+raw(text(c.Body))+"\n", "strings.NewReader(body)"
	}
	var set strings.Builder
	if c.Accept != "" {
		set.WriteString("\treq.Header.Set(\"Accept\", " + strconv.Quote(c.Accept) + ")\n")
	}
	if c.Body != nil {
		set.WriteString("\treq.Header.Set(\"Content-Type\", \"application/json\")\n")
	}
	return `package main

import (
	"` + strings.Join(imports, "\"\n\t\"") + `"
)

func main() {
` + body + `	req, err := http.NewRequest("` + c.Method + `", ` + strconv.Quote(c.URL) + `, ` + reader + `)
	if err != nil {
		log.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+os.Getenv("` + Key + `"))
` + set.String() + `	answer, err := new(http.Client).Do(req)
	if err != nil {
		log.Fatal(err)
	}
	defer answer.Body.Close()
	io.Copy(os.Stdout, answer.Body) // a refusal names its clause
	if answer.StatusCode != http.StatusOK {
		os.Exit(1)
	}
}
`
}

// quoted is a text in double quotes as Python and JavaScript both read it.
func quoted(s string) string {
	b, _ := json.Marshal(s) // a text always encodes
	return string(b)
}

// raw is a text as Go has it on several lines, where it can.
func raw(s string) string {
	if strings.ContainsAny(s, "`\r") {
		return strconv.Quote(s)
	}
	return "`" + s + "`"
}
