package meter_test

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"entente/meter"
)

// Frames that stand in the journal twice, as a disk may leave them that wrote old sectors again, count once, in
// whatever order the copies come and wherever the last of them is torn.
func TestCopiesOfFramesCountOnce(t *testing.T) {
	dir := t.TempDir()
	m, err := meter.Start(config(dir, downStore()))
	if err != nil {
		t.Fatal(err)
	}
	calls := newLedger()
	for i := range 20 {
		call := open(t, m, i)
		calls.opened[call.ID()] = true
		if i%4 != 0 {
			r := answer(i)
			r.BytesOut = int64(i)
			call.Close(r)
			calls.closed[call.ID()] = int64(i)
		}
	}
	name := segmentFiles(t, dir)[0]
	file, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	stopSoon(m)
	places := meter.Frames(file)
	for seed := range uint64(50) {
		random := rand.New(rand.NewPCG(seed, 2))
		copied, at := bytes.Clone(file), places[len(places)-1].End
		for range 1 + random.IntN(40) {
			from := places[random.IntN(len(places))]
			at += copy(copied[at:], file[from.At:from.End])
		}
		clear(copied[at-random.IntN(24):])
		to := t.TempDir()
		if err := os.WriteFile(filepath.Join(to, name), copied, 0o600); err != nil {
			t.Fatal(err)
		}
		calls.check(t, to)
	}
}
