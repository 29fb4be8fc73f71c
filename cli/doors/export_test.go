package doors

import "net/http"

type ADoor = door

func (d *door) Open(h http.Handler) { d.open(h) }
