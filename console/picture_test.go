package console_test

import (
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"entente/agreement"
	"entente/articles/draft"
)

var update = flag.Bool("update", false, "write anew what tests/screenshot.sh has just shown")

// shownAs is what the README's picture of the living contract shows, as far as the program decides it: the bar, the head
// of the page, Articles 1 and 2 with their margins, and the style in which they are set.
func shownAs(t *testing.T) string {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	_, page := h.as(id, agreement.B, agreement.Technical).get("/agreements/" + string(id))
	_, css := h.stranger().get(regexp.MustCompile(`/static/console\.[0-9a-f]{16}\.css`).FindString(page))
	shown, _, cut := strings.Cut(page, `id="clause-3.1"`)
	if !cut || !strings.Contains(shown, `id="clause-2.1"`) || css == "" {
		t.Fatalf("the page has no Article 3: %d bytes", len(page))
	}
	shown = strings.ReplaceAll(shown, string(id), "agr_drawn_at_random")
	return css + strings.Join(strings.Fields(text(t, shown[:strings.LastIndex(shown, "<")])), " ")
}

// Whoever changes what the README's picture shows makes it anew: the digest of what it shows is kept beside it.
func TestThePictureInTheREADMEIsCurrent(t *testing.T) {
	sum := sha256.Sum256([]byte(shownAs(t)))
	got, file := hex.EncodeToString(sum[:])+"\n", filepath.Join("..", "docs", "living-contract.sha256")
	if *update {
		must(t, os.WriteFile(file, []byte(got), 0o644))
	}
	want, err := os.ReadFile(file)
	must(t, err)
	if string(want) != got {
		t.Errorf("docs/living-contract.png shows another page than this one: look whether it still tells the truth, and run `make picture`")
	}
}
