package node

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"time"

	"entente/cli/doors"
	"entente/cli/folder"
	"entente/files"
	"entente/gateway/certificate"
	"entente/register"
)

// Running finds the node that serves a folder: its ports file, if someone answers there.
func Running(dir string) (doors.Ports, bool) {
	b, err := os.ReadFile(filepath.Join(dir, folder.PortsFile))
	var p doors.Ports
	if err != nil || json.Unmarshal(b, &p) != nil {
		return p, false
	}
	conn, err := net.DialTimeout("tcp", p.Plain(), time.Second)
	if err != nil {
		return p, false
	}
	return p, conn.Close() == nil
}

// A Service is how a node is to serve.
type Service struct {
	Ports   string                    // another file to say the bound addresses in; empty for none
	Grace   time.Duration             // how long running calls may take to finish at the end
	ACME    *certificate.ACME         // obtains the certificate that the doors show; nil if nobody has to
	Metrics net.Listener              // for the operator's metrics; nil for none
	Ready   func(p doors.Ports) error // called once the doors are open; may be nil
}

// Serve opens the doors until the context ends, and closes the node.
func (n *Node) Serve(ctx context.Context, d *doors.Doors, s Service) error {
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	n.run(background)
	n.console.Gateway = cmp.Or(n.console.Gateway, d.Gateway())
	d.Open(doors.Rooms{Inside: n.Inside(), Outside: n.outside(), AsksInside: n.services.Asks, AsksOutside: func() bool { return n.Register.Pinned(n.Notary.Now()) }})
	if s.ACME != nil {
		s.ACME.Keep(background, n.shelf)
	}
	if s.Metrics != nil {
		metrics := doors.Server(n.Metrics())
		go func() { _ = metrics.Serve(s.Metrics) }() // it ends when it is closed
		defer metrics.Close()
	}
	err := n.announce(d, s)
	if err == nil && s.Ready != nil {
		err = s.Ready(n.ports(d))
	}
	if err == nil {
		select {
		case <-ctx.Done():
		case err = <-d.Failed():
		}
	}
	return errors.Join(err, n.silence(s.Ports), n.end(s, d, stop)) // in this order: the next node may start when this one has ended
}

// silence takes back what announce said, so that nobody looks for a node that has ended.
func (n *Node) silence(also string) error {
	var errs []error
	for _, name := range []string{filepath.Join(n.dir, folder.PortsFile), also} {
		if err := os.Remove(name); name != "" && err != nil && !errors.Is(err, os.ErrNotExist) {
			errs = append(errs, fmt.Errorf("removing the ports file: %w", err))
		}
	}
	return errors.Join(errs...)
}

// ports are the addresses of the doors, with the one that people know.
func (n *Node) ports(d *doors.Doors) doors.Ports {
	p := d.Ports()
	p.Public = n.Accounts.Site.Origin
	return p
}

func (n *Node) announce(d *doors.Doors, s Service) error {
	p, also := n.ports(d), s.Ports
	if s.Metrics != nil {
		p.Metrics = s.Metrics.Addr().String()
	}
	b, err := json.Marshal(p)
	if err != nil {
		return err
	}
	if err := files.WriteFile(filepath.Join(n.dir, folder.PortsFile), b, 0o600); err != nil {
		return fmt.Errorf("writing the ports: %w", err)
	}
	if also != "" {
		if err := files.WriteFile(also, b, 0o600); err != nil {
			return fmt.Errorf("writing the ports file: %w", err)
		}
	}
	addresses := []any{"console", p.Door(), "gateway", d.Gateway()}
	if p.Metrics != "" {
		addresses = append(addresses, "metrics", "http://"+p.Metrics+"/metrics")
	}
	n.log.Info("the node is ready", addresses...)
	return nil
}

// end stops taking calls, lets running ones finish, and closes the node.
func (n *Node) end(s Service, d *doors.Doors, stop func()) error {
	ctx, cancel := context.WithTimeout(context.Background(), s.Grace)
	defer cancel()
	n.log.Info("the node is ending")
	n.streams.Close()
	cut, err := d.Shut(ctx)
	if cut {
		n.log.Warn("calls were still running and were cut off")
	}
	stop()
	last, cancelLast := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancelLast()
	return errors.Join(err, n.Close(last))
}

// run starts what works in the background: the clock, the statements of usage, the counters of refusals, and the care of the
// database.
func (n *Node) run(ctx context.Context) {
	wake, news, tell := make(chan struct{}, 1), make(chan struct{}, 1), make(chan struct{}, 1)
	n.Register.Changed = func(v *register.View) {
		n.gateway.Recheck()
		n.warn(v)
		n.memory.note(v)
		n.streams.Bell.Ring(v.State.ID)
		for _, waiting := range []chan struct{}{wake, news, tell} {
			select {
			case waiting <- struct{}{}:
			default:
			}
		}
	}
	go n.Notary.Keep(ctx, n.log, wake)
	go n.clerk.Keep(ctx)
	go n.courier.Keep(ctx, news)
	go n.Mail.Keep(ctx)
	go n.keepTelling(ctx, tell)
	go n.keepRefusals(ctx)
	go n.keepRemembering(ctx)
	go n.gateway.Watch(ctx)
	go n.inspect(ctx)
	go n.sweep(ctx)
}

// inspect reads the whole database file once. If it is damaged the node says that it is not ready, so
// that no proxy sends it more work; the operator decides what becomes of it.
func (n *Node) inspect(ctx context.Context) {
	began := time.Now()
	switch err := n.store.CheckIntegrity(ctx); {
	case ctx.Err() != nil:
	case err != nil:
		n.damaged.Store(true)
		n.log.Error("THE DATABASE IS DAMAGED; /readyz says so until the node is started on a whole file", "error", err)
	default:
		n.log.Info("the database was checked", "took", time.Since(began))
	}
}

const (
	answersKept     = 30 * 24 * time.Hour  // how long a retry gets the answer of the first attempt
	deliveriesKept  = 30 * 24 * time.Hour  // how long it is known that a webhook was delivered
	credentialsKept = 90 * 24 * time.Hour  // how long credentials are listed that have ended
	itemsKept       = 400 * 24 * time.Hour // how long people see what they were told
	lettersKept     = 90 * 24 * time.Hour  // how long it is known that a letter was sent, and it is not sent again
)

// sweep deletes, now and daily, the answers that no retry will ask for any more, and the credentials
// and letters that ended long ago.
func (n *Node) sweep(ctx context.Context) {
	daily := time.NewTicker(24 * time.Hour)
	defer daily.Stop()
	for {
		for _, old := range []struct {
			what  string
			kept  time.Duration
			sweep func(context.Context, time.Time) error
		}{{"answers", answersKept, n.store.SweepAnswers}, {"credentials", credentialsKept, n.store.SweepCredentials}, {"letters", lettersKept, n.store.SweepLetters}, {"inbox", itemsKept, n.store.SweepItems}, {"spent", 0, n.store.SweepSpent}, {"deliveries", deliveriesKept, n.store.SweepDeliveries}} {
			if err := old.sweep(ctx, n.Notary.Now().Add(-old.kept)); err != nil && ctx.Err() == nil {
				n.log.Warn("what is old was not deleted", "what", old.what, "error", err)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-daily.C:
		}
	}
}
