// Package egresstest has what every address that somebody may name to the node is tried with.
package egresstest

// Spellings are ways to say "this machine" or "that private network" that have worked
// against somebody. PORT stands for the canary's port.
var Spellings = []string{
	"http://127.0.0.1:PORT/", "http://127.0.0.1.:PORT/", "http://127.1:PORT/", "http://127.0.1:PORT/",
	"http://127.127.127.127:PORT/", "http://127.0.0.255:PORT/", "http://2130706433:PORT/", "http://017700000001:PORT/",
	"http://0x7f000001:PORT/", "http://0x7f.0x0.0x0.0x1:PORT/", "http://0x7f.1:PORT/", "http://0177.0.0.1:PORT/",
	"http://0177.0x0.0.1:PORT/", "http://00000177.0.0.1:PORT/", "http://127.0.0.01:PORT/", "http://127.0.0.0x1:PORT/",
	"http://4294967297:PORT/", "http://383.0.0.1:PORT/", "http://0:PORT/", "http://0.0.0.0:PORT/", "http://0.0.0.1:PORT/",
	"http://localhost:PORT/", "http://localhost.:PORT/", "http://LOCALHOST:PORT/", "http://LocalHost:PORT/",
	"http://foo.localhost:PORT/", "http://localhost.localdomain:PORT/", "http://ip6-localhost:PORT/",
	"http://[::1]:PORT/", "http://[0:0:0:0:0:0:0:1]:PORT/", "http://[0000::0001]:PORT/", "http://[::]:PORT/",
	"http://[::ffff:127.0.0.1]:PORT/", "http://[::ffff:7f00:1]:PORT/", "http://[0:0:0:0:0:ffff:127.0.0.1]:PORT/",
	"http://[::127.0.0.1]:PORT/", "http://[64:ff9b::127.0.0.1]:PORT/", "http://[64:ff9b:1::7f00:1]:PORT/",
	"http://[2002:7f00:1::]:PORT/", "http://[2001:0:7f00:1::1]:PORT/", "http://[::1%25lo]:PORT/", "http://[fe80::1%25lo]:PORT/",
	"http://[fe80::1]:PORT/", "http://[fc00::1]:PORT/", "http://[fd00:ec2::254]:PORT/", "http://[ff02::1]:PORT/",
	"http://[::ffff:169.254.169.254]:PORT/", "http://[::ffff:0:127.0.0.1]:PORT/", "http://[100::1]:PORT/",
	"http://10.0.0.1:PORT/", "http://172.16.0.1:PORT/", "http://192.168.0.1:PORT/", "http://169.254.169.254:PORT/latest/meta-data/",
	"http://100.64.0.1:PORT/", "http://100.100.100.200:PORT/", "http://192.0.0.192:PORT/", "http://198.18.0.1:PORT/",
	"http://168.63.129.16:PORT/", "http://224.0.0.1:PORT/", "http://240.0.0.1:PORT/", "http://255.255.255.255:PORT/",
	"http://127.0.0.1.nip.example:PORT/", "http://7f000001.nip.example:PORT/", "http://both.nip.example:PORT/",
	"http://metadata.google.internal:PORT/", "http://private.nip.example:PORT/", "http://mapped.nip.example:PORT/",
	"http://１２７.０.０.１:PORT/", "http://①②⑦.⓪.⓪.①:PORT/", "http://127。0。0。1:PORT/", "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ:PORT/",
	"http://loc\u00adalhost:PORT/", "http://127.0.0.1%2f@example.com:PORT/", "http://%31%32%37.0.0.1:PORT/",
	"http://example.com@127.0.0.1:PORT/", "http://example.com:pw@127.0.0.1:PORT/", "http://127.0.0.1:PORT@127.0.0.1:PORT/",
	"http://@127.0.0.1:PORT/", "http://127.0.0.1:PORT#@example.com/", "http://127.0.0.1:PORT?@example.com/",
	"http://127.0.0.1:PORT\\@example.com/", "http:///127.0.0.1:PORT/", "http:127.0.0.1:PORT/", "http:\\\\127.0.0.1:PORT/",
	"//127.0.0.1:PORT/", "https://127.0.0.1:PORT/", "HTTP://127.0.0.1:PORT/", "hTTps://localhost:PORT/",
	"http://127.0.0.1 :PORT/", "http://127.0.0.1\t:PORT/", "http://127.0.0.1\r\n:PORT/", "http://127.0.0.1\x00.example.com:PORT/",
	"file:///etc/passwd", "gopher://127.0.0.1:PORT/_x", "ftp://127.0.0.1:PORT/", "dict://127.0.0.1:PORT/", "unix:///var/run/docker.sock",
	"http://127.0.0.1:0PORT/", "http://127.0.0.1:+PORT/", "ws://127.0.0.1:PORT/", "jar:http://127.0.0.1:PORT/!/",
}
