package levels

import (
	"math/bits"
	"slices"
)

// A Sketch knows how many durations there were of which size, to within one part in 128: enough for
// percentiles, in little room, and two of them add up to one. It counts in whole numbers only, so that
// the same durations give the same sketch anywhere.
type Sketch map[int]int64 // counts by bucket

// fine is into how many buckets each doubling is divided.
const fine = 128

// bucketOf is the bucket of a size.
func bucketOf(size int64) int {
	v := uint64(max(size, 0))
	if v < 2*fine {
		return int(v)
	}
	shift := bits.Len64(v) - bits.Len64(2*fine-1)
	return shift*fine + int(v>>shift)
}

// ceiling is the largest size of a bucket.
func ceiling(bucket int) int64 {
	if bucket < 2*fine {
		return int64(bucket)
	}
	shift := bucket/fine - 1
	return (int64(bucket-shift*fine)+1)<<shift - 1
}

// Add counts a size that is not negative.
func (s Sketch) Add(size int64) { s[bucketOf(size)]++ }

// Merge adds another sketch.
func (s Sketch) Merge(o Sketch) {
	for b, n := range o {
		s[b] += n
	}
}

// Count is how many sizes were added.
func (s Sketch) Count() (n int64) {
	for _, c := range s {
		n += c
	}
	return n
}

// Percentile is a size that so many of a thousand do not exceed: the true one, or up to one part in 128 more. It
// is 0 if there are none.
func (s Sketch) Percentile(thousandths int64) int64 {
	total := s.Count()
	if total == 0 {
		return 0
	}
	rank := max((total*thousandths+999)/1000, 1)
	buckets := make([]int, 0, len(s))
	for b := range s {
		buckets = append(buckets, b)
	}
	slices.Sort(buckets)
	for _, b := range buckets {
		if rank -= s[b]; rank <= 0 {
			return ceiling(b)
		}
	}
	return ceiling(buckets[len(buckets)-1])
}
