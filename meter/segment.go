package meter

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"entente/meter/flush"
)

// A segment is one file of the journal, of a fixed size, written full of zeros before it
// is mapped: writing to a mapped hole on a full disk would kill the process. Numbers are
// little-endian. The file begins with a header of 64 bytes:
//
//	"ENTMETER", u32 format (1), u32 CRC-32C of the header with these four bytes zero,
//	u64 segment number, u64 salt, u64 file size, zeros
//
// and then holds frames, each beginning at a multiple of eight bytes:
//
//	u32 length of the body, u32 CRC-32C of body ‖ salt ‖ sequence number ‖ length,
//	u64 sequence number, body
//
// A frame that does not check is passed over and reading goes on at the next multiple of
// eight: a torn tail ends nothing but itself. The salt is random, so that no text that a
// caller sends can pass for a frame.
type segment struct {
	number uint64
	path   string
	salt   uint64
	file   *os.File
	mem    []byte // the file, mapped shared
	tail   int    // where the next frame goes
	synced int    // on disk up to here; guarded by journal.flushing
	sums   summer // the writer's

	// The shipper's: how many records opened here have not ended in the store, and
	// whether they were written again further on.
	opens   int
	carried bool
}

const (
	headerBytes   = 64
	segmentMagic  = "ENTMETER"
	segmentFormat = 1
	segmentSuffix = ".usage"
	frameHead     = 16
	maxBody       = 4096
	// roomToClose is more than the largest closing frame takes: what is kept free for each open record.
	roomToClose = 512
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func frameSize(body int) int { return (frameHead + body + 7) &^ 7 }

func (s *segment) free() int { return len(s.mem) - s.tail }

// put writes a frame at the tail. bodySum is the CRC-32C of body.
func (s *segment) put(seq uint64, body []byte, bodySum uint32) {
	at := s.mem[s.tail : s.tail+frameSize(len(body))]
	copy(at[frameHead:], body)
	binary.LittleEndian.PutUint64(at[8:], seq)
	binary.LittleEndian.PutUint32(at[4:], s.sums.frame(bodySum, s.salt, seq, len(body)))
	binary.LittleEndian.PutUint32(at, uint32(len(body)))
	s.tail += len(at)
}

// A summer has room for what a frame's sum covers beside the body: it would be made on the heap for
// each frame.
type summer struct{ room [20]byte }

// frame goes on from the sum of the body.
func (s *summer) frame(bodySum uint32, salt, seq uint64, length int) uint32 {
	binary.LittleEndian.PutUint64(s.room[:], salt)
	binary.LittleEndian.PutUint64(s.room[8:], seq)
	binary.LittleEndian.PutUint32(s.room[16:], uint32(length))
	return crc32.Update(bodySum, castagnoli, s.room[:])
}

// A frame is one found in a segment; body is the mapped memory itself.
type frame struct {
	seq     uint64
	body    []byte
	end     int // where the next one may begin
	skipped int // bytes before it that are neither frame nor zero
}

// next finds the first frame in mem that begins at off or later; when there is none,
// its end is the end of mem.
func (s *summer) next(mem []byte, salt uint64, off int) (f frame, ok bool) {
	for ; off+frameHead < len(mem); off += 8 {
		if binary.LittleEndian.Uint64(mem[off:]) == 0 {
			continue
		}
		if f.seq, f.body, ok = s.at(mem[off:], salt); ok {
			f.end = off + frameSize(len(f.body))
			return f, true
		}
		f.skipped += 8
	}
	f.end = len(mem)
	return f, false
}

func (s *summer) at(mem []byte, salt uint64) (seq uint64, body []byte, ok bool) {
	n := int(binary.LittleEndian.Uint32(mem))
	if n == 0 || n > maxBody || frameSize(n) > len(mem) {
		return 0, nil, false
	}
	seq = binary.LittleEndian.Uint64(mem[8:])
	body = mem[frameHead : frameHead+n]
	sum := s.frame(crc32.Checksum(body, castagnoli), salt, seq, n)
	return seq, body, sum == binary.LittleEndian.Uint32(mem[4:])
}

func header(number, salt uint64, size int) []byte {
	h := make([]byte, headerBytes)
	copy(h, segmentMagic)
	binary.LittleEndian.PutUint32(h[8:], segmentFormat)
	binary.LittleEndian.PutUint64(h[16:], number)
	binary.LittleEndian.PutUint64(h[24:], salt)
	binary.LittleEndian.PutUint64(h[32:], uint64(size))
	binary.LittleEndian.PutUint32(h[12:], crc32.Checksum(h, castagnoli))
	return h
}

func segmentName(number uint64) string { return fmt.Sprintf("%016d%s", number, segmentSuffix) }

func segmentNumber(name string) (uint64, bool) {
	digits, ok := strings.CutSuffix(name, segmentSuffix)
	number, err := strconv.ParseUint(digits, 10, 64)
	return number, ok && err == nil && segmentName(number) == name
}

// createSegment writes a new segment and maps it. It is on disk, whole, under its name, or not there at all.
func createSegment(dir string, number, salt uint64, size int) (*segment, error) {
	path := filepath.Join(dir, segmentName(number))
	if err := writeZeros(path+".new", header(number, salt, size), size); err != nil {
		os.Remove(path + ".new")
		return nil, err
	}
	if err := os.Rename(path+".new", path); err != nil {
		return nil, err
	}
	if err := syncDir(dir); err != nil {
		return nil, err
	}
	return openSegment(dir, number)
}

func writeZeros(path string, head []byte, size int) (err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	block := make([]byte, min(size, 128<<10)) // which stays in the processor's cache
	copy(block, head)
	for left := size; left > 0; {
		n, err := f.Write(block[:min(left, len(block))])
		if err != nil {
			return err
		}
		left -= n
		clear(block[:len(head)])
	}
	return f.Sync()
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// openSegment maps a segment that is there and makes sure that it is on disk.
func openSegment(dir string, number uint64) (*segment, error) {
	path := filepath.Join(dir, segmentName(number))
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	s := &segment{number: number, path: path, file: f, tail: headerBytes, synced: headerBytes}
	if err := s.load(); err != nil {
		s.unmap()
		return nil, err
	}
	return s, nil
}

func (s *segment) load() error {
	if err := s.file.Sync(); err != nil {
		return err
	}
	info, err := s.file.Stat()
	if err != nil {
		return err
	}
	if info.Size() < headerBytes {
		return damaged(s.path)
	}
	if s.mem, err = unix.Mmap(int(s.file.Fd()), 0, int(info.Size()), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED); err != nil {
		return fmt.Errorf("mapping %s: %w", s.path, err)
	}
	s.salt = binary.LittleEndian.Uint64(s.mem[24:])
	if string(s.mem[:headerBytes]) != string(header(s.number, s.salt, len(s.mem))) {
		return damaged(s.path)
	}
	return nil
}

func damaged(path string) error {
	return fmt.Errorf("usage journal %s: its header is damaged or of a newer release: start the release that wrote it, or move the file away to start without the records in it", path)
}

// sync brings the bytes from s.synced to tail to disk.
func (s *segment) sync(by *flush.Disk, tail int) error {
	from := s.synced &^ (os.Getpagesize() - 1)
	return by.Sync(s.file, s.mem[from:tail])
}

func (s *segment) unmap() {
	if s.mem != nil {
		unix.Munmap(s.mem)
		s.mem = nil
	}
	s.file.Close()
}
