package meter

import "entente/meter/flush"

// OnCreate makes c ask f before each segment is laid out.
func OnCreate(c *Config, f func() error) {
	c.disk.create = func(dir string, number, salt uint64, size int) (*segment, error) {
		if err := f(); err != nil {
			return nil, err
		}
		return createSegment(dir, number, salt, size)
	}
}

// OnSync makes c show f each stretch of a file before it is brought to disk.
func OnSync(c *Config, f func(path string, at int, bytes []byte) error) {
	c.disk.sync = func(s *segment, by *flush.Disk, tail int) error {
		if err := f(s.path, s.synced, s.mem[s.synced:tail]); err != nil {
			return err
		}
		return s.sync(by, tail)
	}
}

// A Place is where a frame stands in a file.
type Place struct{ At, End int }

// Frames finds the frames of a segment's file.
func Frames(file []byte) (places []Place) {
	s, sums := segmentOf(file), summer{}
	for off := headerBytes; ; {
		f, ok := sums.next(s.mem, s.salt, off)
		if !ok {
			return places
		}
		places = append(places, Place{f.end - frameSize(len(f.body)), f.end})
		off = f.end
	}
}
