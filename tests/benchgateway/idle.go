package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"time"
)

// hold opens idle streams through the node in four steps and prints how its memory grows; then it
// keeps all of them for a while and prints whether it grows still.
func (b *bench) hold(ctx context.Context, most int) error {
	var node *peer
	for _, p := range b.peers {
		if p.name == "entente" {
			node = p
		}
	}
	if node == nil {
		return errors.New("the node is not among the peers")
	}
	request := requestText(node.key, askBody(true, "idle"))
	var open []net.Conn
	defer func() {
		for _, c := range open {
			c.Close()
		}
	}()
	var firstStep, lastStep int64
	for step := 1; step <= 4; step++ {
		for len(open) < most*step/4 {
			conn, err := openStream(node.addr, request)
			if err != nil {
				return fmt.Errorf("stream %d: %w", len(open)+1, err)
			}
			open = append(open, conn)
		}
		time.Sleep(2 * time.Second)
		rss, err := residentBytes(node.cmd.Process.Pid)
		if err != nil {
			return err
		}
		if step == 1 {
			firstStep = rss
		}
		lastStep = rss
		fmt.Printf("%d idle streams: %.1f MiB\n", len(open), float64(rss)/(1<<20))
	}
	fmt.Printf("each stream: %.1f KiB (slope)\n", float64(lastStep-firstStep)/float64(most*3/4)/1024)
	for range 4 {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(b.span):
		}
		rss, err := residentBytes(node.cmd.Process.Pid)
		if err != nil {
			return err
		}
		fmt.Printf("after %v more: %.1f MiB\n", b.span, float64(rss)/(1<<20))
	}
	return nil
}

func openStream(addr, request string) (net.Conn, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	if _, err := conn.Write([]byte(request)); err != nil {
		return nil, err
	}
	resp, err := http.ReadResponse(bufio.NewReaderSize(conn, 1024), nil)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("status %d", resp.StatusCode)
	}
	return conn, conn.SetDeadline(time.Time{})
}

func residentBytes(pid int) (int64, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0, err
	}
	var size, resident int64
	if _, err := fmt.Fscan(strings.NewReader(string(b)), &size, &resident); err != nil {
		return 0, err
	}
	return resident * int64(os.Getpagesize()), nil
}
