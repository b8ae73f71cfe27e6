# The images for amd64 and arm64: docker buildx bake --set '*.tags=registry.example.com/task-worker:0.1.0' --push
group "default" {
  targets = ["worker"]
}

target "worker" {
  target    = "worker"
  tags      = ["task-worker:0.1.0"]
  platforms = ["linux/amd64", "linux/arm64"]
}

target "sandbox" {
  target    = "sandbox"
  tags      = ["task-worker-sandbox:0.1.0"]
  platforms = ["linux/amd64", "linux/arm64"]
}
