package seal

import (
	"bytes"
	"testing"
)

func TestCosignatureTimesThatDoNotCount(t *testing.T) {
	const text = "example.org/log\n1\nAQIDAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
	third, err := Generate(bytes.NewReader(make([]byte, 32)))
	if err != nil {
		t.Fatal(err)
	}
	// A time beyond 2^63 - 1 is none.
	w := WitnessVKey("third.example/w", third.Public())
	for unix, ok := range map[uint64]bool{1<<63 - 1: true, 1 << 63: false} {
		sig, _ := noteSigner{w, third, unix}.Sign([]byte(text))
		if w.Verify([]byte(text), sig) != ok {
			t.Errorf("time %d: verifies %v", unix, !ok)
		}
	}
}
