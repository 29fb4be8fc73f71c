package meter

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func anyFinal(t *rapid.T) Record {
	r, end := anyRecord(t), anyResult(t)
	closed := Record{State: Closed, Closed: r.Opened.Add(time.Duration(rapid.Int64Range(0, 1e9).Draw(t, "took")) * time.Microsecond),
		Outcome: end.Outcome, Clause: end.Clause, Status: end.Status, FirstByte: end.FirstByte, Usage: end.Usage,
		BytesIn: end.BytesIn, BytesOut: end.BytesOut, ToolCalls: end.ToolCalls, Deviations: end.Deviations}
	if rapid.Bool().Draw(t, "interrupted") {
		closed.State = Interrupted
	}
	r.end(&closed)
	return r
}

// Whatever is put into a block comes out as it was.
func TestBlocksKeepRecordsAsTheyAre(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var want []*Record
		for range rapid.IntRange(0, 6).Draw(t, "records") {
			r := anyFinal(t)
			want = append(want, &r)
		}
		b, err := ParseBlock(AppendBlock(nil, want))
		if err != nil || b.Len() != len(want) {
			t.Fatalf("%d records of %d, %v", b.Len(), len(want), err)
		}
		for i, r := range want {
			got, err := b.Record(i)
			if diff := cmp.Diff(*r, got); diff != "" || err != nil || b.ID(i) != r.ID {
				t.Fatalf("%v (-want +got):\n%s", err, diff)
			}
		}
	})
}

// Cut anywhere, a block is refused.
func TestAPartOfABlockIsNone(t *testing.T) {
	r := Record{ID: ID{1}, Agreement: "agr_1", State: Closed, Outcome: OK, Opened: time.UnixMicro(1), Closed: time.UnixMicro(2)}
	whole := AppendBlock(nil, []*Record{&r, &r})
	for n := range whole {
		if _, err := ParseBlock(whole[:n]); !errors.Is(err, ErrBlock) {
			t.Errorf("the first %d bytes: %v", n, err)
		}
	}
	if _, err := ParseBlock(append(whole, 0)); !errors.Is(err, ErrBlock) {
		t.Errorf("a byte too many: %v", err)
	}
}

func FuzzParseBlock(f *testing.F) {
	r := Record{ID: ID{1}, Agreement: "agr_1", Model: "m", ClientRequestID: "r", State: Interrupted, Outcome: NodeStopped, Opened: time.UnixMicro(1), Closed: time.UnixMicro(2)}
	f.Add(AppendBlock(nil, []*Record{&r, &r}))
	f.Add([]byte{blockFormat, 0, 1, 16})
	f.Fuzz(func(t *testing.T, raw []byte) {
		b, err := ParseBlock(raw)
		if err != nil {
			return
		}
		var records []*Record
		for i := range b.Len() {
			r, err := b.Record(i)
			if err != nil {
				return
			}
			records = append(records, &r)
		}
		again, err := ParseBlock(AppendBlock(nil, records))
		if err != nil || again.Len() != b.Len() {
			t.Fatalf("%d records are %d after writing them: %v", b.Len(), again.Len(), err)
		}
		for i := range records {
			if got, err := again.Record(i); err != nil || !bytes.Equal(got.ID[:], records[i].ID[:]) {
				t.Fatalf("record %d: %v", i, err)
			}
		}
	})
}
