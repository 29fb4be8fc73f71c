//go:build !linux

package socket

import "net"

// A Lookout would learn which of many connections the other side has left. Here it can watch none.
type Lookout struct{}

type seat struct{}

// Open does nothing.
func (*Lookout) Open() {}

// Close does nothing.
func (*Lookout) Close() {}

// Watch reports that it cannot.
func (*Lookout) Watch(net.Conn, func()) bool { return false }

// Unwatch does nothing.
func (*Lookout) Unwatch(net.Conn) {}
