package archive

import (
	"encoding/binary"
	"math"
	"unicode/utf16"
)

// SRGB is an ICC profile (ICC.1, version 4.3) of the colours of IEC 61966-2-1, made from the figures
// that the standard publishes: the primaries, the white point and the transfer curve.
func SRGB() []byte {
	toD50 := adaptation(xyz(0.3127, 0.3290), pcsWhite)
	columns := toD50.times(primaries(xyz(0.64, 0.33), xyz(0.30, 0.60), xyz(0.15, 0.06), xyz(0.3127, 0.3290)))
	curve := numbers("para", 3<<16, []float64{2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045})
	parts := []struct {
		tag  string
		data []byte
	}{
		{"desc", localized("sRGB IEC 61966-2-1, by Entente")},
		{"cprt", localized("No rights reserved")},
		{"wtpt", numbers("XYZ ", -1, pcsWhite[:])},
		{"chad", numbers("sf32", -1, toD50.rows())},
		{"rXYZ", numbers("XYZ ", -1, columns.column(0))},
		{"gXYZ", numbers("XYZ ", -1, columns.column(1))},
		{"bXYZ", numbers("XYZ ", -1, columns.column(2))},
		{"rTRC", curve}, {"gTRC", curve}, {"bTRC", curve},
	}
	head := make([]byte, 128)
	be := binary.BigEndian
	be.PutUint32(head[8:], 0x04300000)
	copy(head[12:], "mntrRGB XYZ ")
	for i, v := range []uint16{2026, 1, 1} {
		be.PutUint16(head[24+2*i:], v)
	}
	copy(head[36:], "acsp")
	for i, v := range pcsWhite {
		be.PutUint32(head[68+4*i:], fixed(v))
	}
	table := be.AppendUint32(nil, uint32(len(parts)))
	var data []byte
	at := 0
	for i, p := range parts {
		if i < 8 { // the three curves are one
			at = len(head) + 4 + 12*len(parts) + len(data)
			data = append(data, p.data...)
			data = append(data, make([]byte, (4-len(data)%4)%4)...)
		}
		table = be.AppendUint32(be.AppendUint32(append(table, p.tag...), uint32(at)), uint32(len(p.data)))
	}
	out := append(append(head, table...), data...)
	be.PutUint32(out, uint32(len(out)))
	return out
}

// pcsWhite is the white of the profile connection space: D50.
var pcsWhite = vector{0.9642, 1, 0.8249}

type (
	vector [3]float64
	matrix [3]vector // rows
)

// xyz is a chromaticity as tristimulus values of luminance 1.
func xyz(x, y float64) vector { return vector{x / y, 1, (1 - x - y) / y} }

func (m matrix) apply(v vector) (out vector) {
	for i, row := range m {
		out[i] = row[0]*v[0] + row[1]*v[1] + row[2]*v[2]
	}
	return out
}

func (m matrix) times(o matrix) (out matrix) {
	for j := range 3 {
		c := m.apply(vector(o.column(j)))
		for i := range 3 {
			out[i][j] = c[i]
		}
	}
	return out
}

func (m matrix) column(j int) []float64 { return []float64{m[0][j], m[1][j], m[2][j]} }

func (m matrix) rows() []float64 { return append(append(m[0][:], m[1][:]...), m[2][:]...) }

func (m matrix) inverse() (out matrix) {
	minor := func(i, j int) float64 {
		a, b, c, d := (i+1)%3, (i+2)%3, (j+1)%3, (j+2)%3
		return m[a][c]*m[b][d] - m[a][d]*m[b][c]
	}
	det := m[0][0]*minor(0, 0) + m[0][1]*minor(0, 1) + m[0][2]*minor(0, 2)
	for i := range 3 {
		for j := range 3 {
			out[j][i] = minor(i, j) / det
		}
	}
	return out
}

// primaries is the matrix from RGB to XYZ under which equal parts make the white.
func primaries(r, g, b, white vector) matrix {
	m := matrix{{r[0], g[0], b[0]}, {r[1], g[1], b[1]}, {r[2], g[2], b[2]}}
	scale := m.inverse().apply(white)
	for i := range m {
		for j := range m[i] {
			m[i][j] *= scale[j]
		}
	}
	return m
}

// bradford is the cone response of the Bradford adaptation, which ICC.1 names for profiles.
var bradford = matrix{{0.8951, 0.2664, -0.1614}, {-0.7502, 1.7135, 0.0367}, {0.0389, -0.0685, 1.0296}}

// adaptation is the matrix from colours under one white to those under another.
func adaptation(from, to vector) matrix {
	a, b := bradford.apply(from), bradford.apply(to)
	ratio := matrix{{b[0] / a[0]}, {0, b[1] / a[1]}, {0, 0, b[2] / a[2]}}
	return bradford.inverse().times(ratio).times(bradford)
}

// fixed is a number as ICC has it: sixteen bits before the point and sixteen after it.
func fixed(v float64) uint32 { return uint32(int32(math.Round(v * 65536))) }

// numbers is an element of fixed numbers; kind is what stands before them, unless it is negative.
func numbers(tag string, kind int64, all []float64) []byte {
	b := append([]byte(tag), 0, 0, 0, 0)
	if kind >= 0 {
		b = binary.BigEndian.AppendUint32(b, uint32(kind))
	}
	for _, v := range all {
		b = binary.BigEndian.AppendUint32(b, fixed(v))
	}
	return b
}

// localized is an element of text in American English.
func localized(s string) []byte {
	units := utf16.Encode([]rune(s))
	b := append([]byte("mluc"), 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 12, 'e', 'n', 'U', 'S')
	b = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(b, uint32(2*len(units))), 28)
	for _, u := range units {
		b = binary.BigEndian.AppendUint16(b, u)
	}
	return b
}
