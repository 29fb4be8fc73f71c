package document

import (
	"bytes"
	"os"
	"testing"
	"time"
)

func TestScratch(t *testing.T) {
	os.WriteFile("/tmp/doc/s.md", sample().Markdown(), 0o644)
	f, _ := os.Create("/tmp/doc/s.html")
	defer f.Close()
	if err := sample().HTML(f); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	at := time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)
	t0 := time.Now()
	if err := sample().PDF(&b, at); err != nil {
		t.Fatal(err)
	}
	t.Log(time.Since(t0), b.Len())
	os.WriteFile("/tmp/doc/s.pdf", b.Bytes(), 0o644)
}
