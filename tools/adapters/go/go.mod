module example.org/blip66-adapter

go 1.19
