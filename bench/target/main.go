// Command target is what both load generators ask in a benchmark: HTTP/2 over TLS, client certificates required, one
// small JSON object as answer. On request it hangs for an exactly known time: what reaches it then is never answered.
package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"time"
)

const body = `{"kind":"Namespace","apiVersion":"v1","metadata":{"name":"default","uid":"6c1f6a3c-0d0a-4a55-9a5d-3f1f6f0f8f11",` +
	`"resourceVersion":"38","creationTimestamp":"2026-01-01T00:00:00Z","labels":{"kubernetes.io/metadata.name":"default"}},` +
	`"spec":{"finalizers":["kubernetes"]},"status":{"phase":"Active"}}` + "\n"

// counts is what a run can be checked against: that new connections were new, and how long the hang really was.
type counts struct {
	Requests   atomic.Int64
	Handshakes atomic.Int64
	Swallowed  atomic.Int64
	HangNs     atomic.Int64
}

type server struct {
	counts
	hanging   atomic.Bool
	started   atomic.Bool
	hangAfter time.Duration
	hangFor   time.Duration
}

// begin starts the time until the hang with the first handshake, so that it does not depend on how long a client needs
// to get going.
func (s *server) begin() {
	if s.hangFor == 0 || s.started.Swap(true) {
		return
	}
	time.AfterFunc(s.hangAfter, func() {
		start := time.Now()
		s.hanging.Store(true)
		// Sleeping is late by up to a millisecond on a busy machine; the length that counts is the one measured.
		time.Sleep(s.hangFor)
		s.hanging.Store(false)
		s.HangNs.Store(int64(time.Since(start)))
	})
}

// onHello is called for each handshake; one that begins in the hang gets no answer for as long as its client waits.
func (s *server) onHello(hello *tls.ClientHelloInfo) (*tls.Config, error) {
	s.begin()
	if s.hanging.Load() {
		s.Swallowed.Add(1)
		waitForEnd(hello.Conn)
		return nil, fmt.Errorf("hung")
	}
	s.Handshakes.Add(1)
	return nil, nil
}

// waitForEnd returns when the client has closed the connection.
func waitForEnd(connection net.Conn) {
	for one := make([]byte, 1); ; {
		if _, err := connection.Read(one); err != nil {
			return
		}
	}
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.hanging.Load() {
		s.Swallowed.Add(1)
		<-r.Context().Done() // until the client gives up
		return
	}
	s.Requests.Add(1)
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprint(w, body)
}

func (s *server) report(path string) error {
	text, err := json.Marshal(map[string]any{
		"requests": s.Requests.Load(), "handshakes": s.Handshakes.Load(),
		"swallowed": s.Swallowed.Load(), "hangNs": s.HangNs.Load(),
	})
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o644)
}

func run() error {
	directory := flag.String("directory", "", "where identity, address and report are written")
	hangAfter := flag.Duration("hang-after", 0, "from the first handshake to the hang")
	hangFor := flag.Duration("hang-for", 0, "length of the hang; 0: none")
	flag.Parse()
	s := &server{hangAfter: *hangAfter, hangFor: *hangFor}
	config, err := makeIdentities(*directory)
	if err != nil {
		return err
	}
	config.GetConfigForClient = s.onHello
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	web := &http.Server{Handler: s, TLSConfig: config, ErrorLog: log.New(discard{}, "", 0)}
	go func() { _ = web.ServeTLS(listener, "", "") }()
	ready := filepath.Join(*directory, "address")
	if err := os.WriteFile(ready+".part", []byte(listener.Addr().String()), 0o644); err != nil {
		return err
	}
	if err := os.Rename(ready+".part", ready); err != nil {
		return err
	}
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer cancel()
	<-stop.Done()
	_ = web.Close()
	return s.report(filepath.Join(*directory, "target.json"))
}

// discard is where the complaints about connections that clients end go.
type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "target:", err)
		os.Exit(5)
	}
}
