package technical

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"entente/agreement"
	"entente/articles/roomtest"
)

// read is the schedule in the example, with a patch, and the partnership that the patch makes.
func read(t testing.TB, patch string) (Terms, agreement.Frame) {
	t.Helper()
	file := struct {
		Agreement agreement.Front `json:"agreement"`
		Scope     struct {
			Components []agreement.Component `json:"components"`
		} `json:"scope"`
		Terms Terms `json:"schedule_a"`
	}{}
	f := roomtest.Frame()
	file.Scope.Components = f.Components
	roomtest.Read(t, Example, &file, patch)
	f.Front.Attachments, f.Components = file.Agreement.Attachments, file.Scope.Components
	return file.Terms, f
}

func check(t testing.TB, patch string) (found agreement.Findings) {
	terms, f := read(t, patch)
	terms.Check(f, &found)
	return found
}

func TestExample(t *testing.T) { roomtest.Clean(t, Rules, check(t, "")) }

func TestPages(t *testing.T) { roomtest.Pages(t, Rules, check) }

func TestEveryClauseIsThere(t *testing.T) {
	terms, f := read(t, "")
	for _, x := range []Terms{terms, {}} {
		roomtest.Clauses(t, x.Words(f), "A.1", "A.2", "A.3", "A.4", "A.5", "A.6", "A.7")
		roomtest.Says(t, roomtest.Text(x.Words(f)))
	}
}

func TestWords(t *testing.T) {
	for _, tt := range []struct {
		name  string
		terms Terms
		want  []string
	}{
		{"tools of an MCP component", Terms{Components: []Specification{{Component: "summarise", Protocol: MCP, Tools: []string{"one", "two"}, Prompts: []string{"p"}}}},
			[]string{"summarise | Party A | API | Model Context Protocol | as the provider states | none is attached\n", "summarise | tools | one, two\n", "summarise | prompts | p\n"}},
		{"an unpinned model", Terms{Components: []Specification{{Component: "embed", Protocol: OpenAI, Models: []Model{{Name: "m"}}}}}, []string{"embed | m | not pinned\n"}},
		{"where calls are served", Terms{Components: []Specification{{Component: "embed", Serving: Serving{Tiers: []string{"gold", "silver"}, Regions: []string{"eu"}, RegionHeader: "X-Region"}}}},
			[]string{"embed | gold, silver | eu, as answers say in the header X-Region\n", "shall serve calls in the following service tiers and regions only"}},
		{"a format of requests only", Terms{Components: []Specification{{Component: "embed", Formats: []Format{{Operation: "embeddings", Request: "in.json"}}}}}, []string{"embed | embeddings | in.json | any\n"}},
		{"an artifact without a licence of its own", Terms{Components: []Specification{{Component: "reader-kit", Artifacts: []Artifact{{Platform: "Android", Package: "kit"}}}}},
			[]string{"reader-kit | Android | kit | clause 4.3 | nothing in particular\n"}},
	} {
		t.Run(tt.name, func(t *testing.T) { roomtest.Says(t, roomtest.Text(tt.terms.Words(roomtest.Frame())), tt.want...) })
	}
}

// Whatever a file says, its wording can be made and it can be checked.
func TestHostileTextIsOnlyText(t *testing.T) {
	f := roomtest.Frame()
	rapid.Check(t, func(t *rapid.T) {
		s := func() string { return roomtest.Hostile().Draw(t, "text") }
		terms := Terms{Components: []Specification{{Component: s(), Protocol: Protocol(s()), BaseURLs: BaseURLs{Test: agreement.URL(s())}, Operations: []string{s()}, Models: []Model{{Name: s(), Version: s()}}, Tools: []string{s()},
			UpstreamAuth: UpstreamAuth(s()), OpenAPI: s(), Formats: []Format{{Operation: s(), Request: s(), Response: s()}}, Versions: []Version{{Name: s()}}, Artifacts: []Artifact{{Platform: s(), Package: s(), Licence: s(), Requires: s()}}, Origins: []string{s()}}}}
		for _, c := range terms.Words(f) {
			if strings.Contains(c.Title, "%") {
				t.Fatal(c.Title)
			}
		}
		var found agreement.Findings
		terms.Check(f, &found)
	})
}
