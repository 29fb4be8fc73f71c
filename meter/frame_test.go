package meter

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"entente/usage"
)

func segmentOf(file []byte) *segment {
	return &segment{mem: file, salt: binary.LittleEndian.Uint64(file[24:]), tail: headerBytes}
}

func newSegmentFile(size int) *segment {
	file := make([]byte, size)
	copy(file, header(1, 0x5eed, size))
	return segmentOf(file)
}

func putBody(s *segment, seq uint64, body []byte) {
	s.put(seq, body, crc32.Checksum(body, castagnoli))
}

func bodies(mem []byte, salt uint64) (found [][]byte, skipped int) {
	var sums summer
	for off := headerBytes; ; {
		f, ok := sums.next(mem, salt, off)
		skipped += f.skipped
		if !ok {
			return found, skipped
		}
		found = append(found, f.body)
		off = f.end
	}
}

func anyText(most int) *rapid.Generator[string] {
	return rapid.OneOf(rapid.StringN(0, most, -1), rapid.Just(strings.Repeat("x", 400)), rapid.Just("\x00\u202e\xff\n"))
}

func anyRecord(t *rapid.T) Record {
	text := anyText(30)
	r := Record{
		Agreement: text.Draw(t, "agreement"), Version: rapid.IntRange(0, 99).Draw(t, "version"), Policy: text.Draw(t, "policy"),
		Key: text.Draw(t, "key"), Party: text.Draw(t, "party"), Component: text.Draw(t, "component"),
		Environment: text.Draw(t, "environment"), Purpose: text.Draw(t, "purpose"), DataClass: text.Draw(t, "class"),
		Operation: text.Draw(t, "operation"), Model: text.Draw(t, "model"), Stream: rapid.Bool().Draw(t, "stream"),
		ClientRequestID: text.Draw(t, "client"), Item: text.Draw(t, "item"), State: Open, Customer: text.Draw(t, "customer"),
		Held:   Held{rapid.Int64Range(0, 1<<50).Draw(t, "held in"), rapid.Int64Range(0, 1<<50).Draw(t, "held out"), rapid.Int64Range(0, 1<<50).Draw(t, "held bytes")},
		Opened: time.UnixMicro(rapid.Int64Range(1, 4e15).Draw(t, "opened")).UTC(),
	}
	copy(r.ID[:], rapid.SliceOfN(rapid.ByteRange(1, 255), 16, 16).Draw(t, "id"))
	return r.cleaned()
}

func anyResult(t *rapid.T) Result {
	n := func(name string) int64 { return rapid.Int64Range(0, 1<<62).Draw(t, name) }
	r := Result{
		Outcome: Outcome(anyText(20).Draw(t, "outcome")), Clause: anyText(8).Draw(t, "clause"), Status: rapid.IntRange(0, 999).Draw(t, "status"),
		FirstByte: time.Duration(rapid.Int64Range(0, 1e12).Draw(t, "first")) * time.Microsecond,
		BytesIn:   n("in"), BytesOut: n("out"), ToolCalls: n("tools"),
		Usage: usage.Usage{
			Tokens:      usage.Tokens{InputUncached: n("t1"), CacheRead: n("t2"), CacheWrite: n("t3"), Output: n("t4"), Reasoning: n("t5")},
			Most:        usage.Bound{Input: n("m1"), Output: n("m2")},
			TokensKnown: rapid.Bool().Draw(t, "known"), Disputed: rapid.Bool().Draw(t, "disputed"), Estimated: rapid.Bool().Draw(t, "estimated"),
			AnsweredModel: anyText(20).Draw(t, "answered"), UsageDigest: anyText(64).Draw(t, "digest"),
		},
	}
	r.clean()
	return r
}

// Whatever is opened and closed comes out of the journal's bytes as it went in.
func TestFramesKeepRecordsAsTheyAre(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		opened, result := anyRecord(t), anyResult(t)
		closed := opened.Opened.Add(time.Duration(rapid.Int64Range(0, 1e9).Draw(t, "took")) * time.Microsecond)
		interrupted := rapid.Bool().Draw(t, "interrupted")
		var r reader
		var first, second entry
		if err := r.read(appendOpen(nil, &opened), &first); err != nil {
			t.Fatal(err)
		}
		if err := r.read(appendClose(nil, opened.ID, closed, interrupted, &result), &second); err != nil {
			t.Fatal(err)
		}
		want := opened
		want.Closed, want.State = closed, Closed
		if interrupted {
			want.State = Interrupted
		}
		want.Outcome, want.Status, want.FirstByte, want.BytesIn, want.BytesOut, want.ToolCalls = result.Outcome, result.Status, result.FirstByte, result.BytesIn, result.BytesOut, result.ToolCalls
		want.Usage, want.Clause = result.Usage, result.Clause
		if diff := cmp.Diff(opened, first.rec); diff != "" {
			t.Fatalf("opened (-want +got):\n%s", diff)
		}
		first.rec.end(&second.rec)
		if diff := cmp.Diff(want, first.rec); diff != "" {
			t.Fatalf("closed (-want +got):\n%s", diff)
		}
	})
}

// The room kept for each open record is enough for the longest end, and no opening is
// longer than a frame may be.
func TestTheLongestFramesFit(t *testing.T) {
	long := strings.Repeat("ä", 300)
	r := Record{ID: ID{255}, Agreement: long, Version: 1 << 62, Policy: long, Key: long, Party: long, Component: long, Environment: long,
		Purpose: long, DataClass: long, Operation: long, Model: long, Item: long + long, ClientRequestID: long, Customer: long, Held: Held{1<<63 - 1, 1<<63 - 1, 1<<63 - 1}, Stream: true, Opened: time.UnixMicro(1 << 62)}.cleaned()
	if n := len(appendOpen(nil, &r)); n > maxBody {
		t.Errorf("an opening body of %d bytes, at most %d are read", n, maxBody)
	}
	most := int64(1<<63 - 1)
	end := Result{Outcome: Outcome(long), Clause: long, Status: int(most), FirstByte: time.Duration(most), BytesIn: most, BytesOut: most,
		Usage: usage.Usage{Tokens: usage.Tokens{InputUncached: most, CacheRead: most, CacheWrite: most, Output: most, Reasoning: most}, Most: usage.Bound{Input: most, Output: most}, TokensKnown: true, Estimated: true, Disputed: true, AnsweredModel: long, UsageDigest: long}}
	end.clean()
	if n := frameSize(len(appendClose(nil, r.ID, time.UnixMicro(most), true, &end))); n > roomToClose {
		t.Errorf("a closing frame of %d bytes, room is kept for %d", n, roomToClose)
	}
}

// A torn tail, wherever it is torn and whatever stands behind the tear, costs its own frame and no other.
func TestATornTailEndsNothingButItself(t *testing.T) {
	s := newSegmentFile(64 << 10)
	texts := [][]byte{[]byte("one"), bytes.Repeat([]byte("two"), 30), []byte("three, the last one, is torn")}
	last := 0
	for i, body := range texts {
		last = s.tail
		putBody(s, uint64(i+1), body)
	}
	for at := last; at < s.tail; at++ {
		for name, fill := range map[string]func(int) byte{
			"zeros": func(int) byte { return 0 }, "ones": func(int) byte { return 0xff }, "noise": func(i int) byte { return byte(i*7 + at) },
		} {
			torn := bytes.Clone(s.mem)
			for i := at; i < s.tail+200; i++ {
				torn[i] = fill(i)
			}
			found, _ := bodies(torn, s.salt)
			whole := bytes.Equal(torn[last:s.tail], s.mem[last:s.tail])
			if diff := cmp.Diff(texts[:2], found[:2]); diff != "" || (len(found) == 3) != whole && !paddingOnly(torn, s.mem, last, len(texts[2])) {
				t.Fatalf("torn at %d with %s: found %d frames\n%s", at, name, len(found), diff)
			}
		}
	}
}

// paddingOnly: the tear hit nothing but the zeros that fill a frame up to eight bytes.
func paddingOnly(torn, whole []byte, at, body int) bool {
	end := at + frameHead + body
	return bytes.Equal(torn[at:end], whole[at:end])
}

// Damage in the middle costs the frames it touches, and the others are found.
func TestDamageInTheMiddleCostsWhatItTouches(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newSegmentFile(64 << 10)
		var ends []int
		n := rapid.IntRange(1, 40).Draw(t, "frames")
		for i := range n {
			putBody(s, uint64(i+1), bytes.Repeat([]byte{byte(i + 1)}, rapid.IntRange(1, 300).Draw(t, "length")))
			ends = append(ends, s.tail)
		}
		from := rapid.IntRange(headerBytes, s.tail-1).Draw(t, "from")
		to := rapid.IntRange(from, s.tail-1).Draw(t, "to")
		for i := from; i <= to; i++ {
			s.mem[i] ^= byte(rapid.IntRange(1, 255).Draw(t, "damage"))
		}
		found, _ := bodies(s.mem, s.salt)
		at := headerBytes
		for i, end := range ends {
			touched := from < end && to >= at
			if seen := contains(found, byte(i+1)); !seen && !touched {
				t.Fatalf("frame %d was not touched by %d to %d but is gone", i+1, from, to)
			}
			at = end
		}
	})
}

func contains(found [][]byte, first byte) bool {
	for _, body := range found {
		if body[0] == first {
			return true
		}
	}
	return false
}

// A text that is itself a frame is not taken for one, because its writer cannot know the salt.
func TestATextCannotPassForAFrame(t *testing.T) {
	forged := newSegmentFile(64 << 10)
	forged.salt = 0
	putBody(forged, 9, []byte("forged"))
	frame := forged.mem[headerBytes:forged.tail]
	s := newSegmentFile(64 << 10)
	putBody(s, 1, append([]byte("12345678"), frame...))
	s.mem[headerBytes+4] ^= 1 // the frame around it is torn
	if found, skipped := bodies(s.mem, s.salt); len(found) != 0 || skipped == 0 {
		t.Fatalf("found %q", found)
	}
}

// FuzzRecover reads a segment of arbitrary bytes, with intact frames before, in and behind them.
func FuzzRecover(f *testing.F) {
	record := Record{ID: ID{1}, Agreement: "agr_1", Opened: time.UnixMicro(1e15)}
	f.Add(appendOpen(nil, &record), uint16(0))
	f.Add(appendClose(nil, record.ID, time.UnixMicro(1e15), false, &Result{Outcome: OK, Status: 200}), uint16(3))
	f.Add(appendShipped(nil, 7), uint16(1))
	f.Add([]byte{kindOpen, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}, uint16(9))
	s := newSegmentFile(4096)
	putBody(s, 1, []byte("a frame inside"))
	f.Add(s.mem[headerBytes:s.tail], uint16(8))
	f.Fuzz(func(t *testing.T, junk []byte, at uint16) {
		if len(junk) > maxBody {
			junk = junk[:maxBody]
		}
		var r reader
		var e entry
		if err := r.read(junk, &e); err == nil && e.kind != kindShipped && e.rec.ID.IsZero() {
			t.Fatal("an entry without an ID was read")
		}
		s := newSegmentFile(32 << 10)
		putBody(s, 1, []byte("before"))
		copy(s.mem[s.tail+int(at%512)*8:], junk)
		s.tail += int(at%512)*8 + (len(junk)+7)&^7 + 2*maxFrame
		putBody(s, 3, []byte("behind"))
		if len(junk) > 0 {
			putBody(s, 4, junk)
		}
		found, _ := bodies(s.mem, s.salt)
		want := 2 + min(len(junk), 1)
		if len(found) < want || string(found[0]) != "before" || string(found[len(found)-want+1]) != "behind" {
			t.Fatalf("found %d frames, want at least %d", len(found), want)
		}
	})
}

const maxFrame = (frameHead + maxBody + 7) &^ 7
