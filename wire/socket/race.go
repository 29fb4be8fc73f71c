//go:build race

package socket

const raced = true
