process RIBBONET_PREDICT {
    tag "$meta.id"
    label 'process_medium'

    conda "${moduleDir}/environment.yml"
    container "${ workflow.containerEngine in ['singularity', 'apptainer'] && !task.ext.singularity_pull_docker_container ?
        'https://depot.galaxyproject.org/singularity/ribbonet:0.1.0--pyhdfd78af_0':
        'quay.io/biocontainers/ribbonet:0.1.0--pyhdfd78af_0' }"

    input:
    tuple val(meta), path(fasta)

    output:
    tuple val(meta), path("${prefix}.{3line,fasta,txt,ss2,horiz,csv,tsv,jsonl,parquet,svg}*"), emit: predictions
    tuple val(meta), path("${prefix}.summary.json"), emit: summary
    tuple val(meta), path("${prefix}_mqc.tsv"), emit: multiqc
    tuple val("${task.process}"), val('ribbonet'), eval("ribbonet --version | sed 's/ribbonet //'"), topic: versions, emit: versions_ribbonet

    when:
    task.ext.when == null || task.ext.when

    script:
    def args = task.ext.args ?: ''
    prefix = task.ext.prefix ?: "${meta.id}"
    def suffix = task.ext.suffix ?: 'jsonl'
    """
    ribbonet predict \\
        ${args} \\
        --threads ${task.cpus} \\
        --output ${prefix}.${suffix} \\
        --summary ${prefix}.summary.json \\
        --summary ${prefix}_mqc.tsv \\
        ${fasta}
    """

    stub:
    prefix = task.ext.prefix ?: "${meta.id}"
    def suffix = task.ext.suffix ?: 'jsonl'
    """
    touch ${prefix}.${suffix} ${prefix}.summary.json ${prefix}_mqc.tsv
    """
}
